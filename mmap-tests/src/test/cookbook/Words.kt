// SPDX-License-Identifier: Apache-2.0
// recipe: use from Kotlin
import io.mmapio.Advice
import io.mmapio.Mmap
import java.nio.file.Path

fun main(arguments: Array<String>) {
    val lines = Mmap.file(Path.of(arguments[0])).advise(Advice.SEQUENTIAL).map().use { region ->
        val view = region.buffer()
        (0 until view.limit()).count { view[it] == '\n'.code.toByte() }
    }
    println("$lines lines")
}
// end
