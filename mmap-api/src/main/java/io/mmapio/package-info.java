// SPDX-License-Identifier: Apache-2.0
/**
 * Memory-mapped files. {@link io.mmapio.Mmap} maps a file. A {@link io.mmapio.MappedRegion}
 * advises, syncs and reports which pages are in memory. Views give access to the bytes as the JDK's
 * own types.
 *
 * <h2>Threads</h2>
 *
 * Every method may be called from any thread, and threads may share a region. Views follow the
 * rules of the JDK: concurrent access to the same bytes needs a {@link java.lang.invoke.VarHandle}
 * or a lock.
 *
 * <h2>Lifetime</h2>
 *
 * A region is mapped until it is closed, or until neither the region nor any of its views is
 * reachable. Closing is safe at any time. It waits for calls of the region that are in progress,
 * and never for readers of views.
 *
 * <p>When a region is closed while views remain reachable, a <em>tombstone</em> replaces it: a
 * private zero mapping at the same addresses. A view that outlives its region reads zeros, and what
 * is written to the view is lost. It never ends the JVM and never reads the bytes of another
 * mapping. The addresses are unmapped when the last view has been collected.
 *
 * <h2>Errors</h2>
 *
 * A call that the operating system refuses throws {@link io.mmapio.MmapException}. A range outside
 * the region throws {@link java.lang.IndexOutOfBoundsException}. A closed region throws {@link
 * java.lang.IllegalStateException}. A machine without a backend throws {@link
 * io.mmapio.NoBackendException}, whose message contains the dependency to add.
 *
 * <h2>Limits</h2>
 *
 * <ul>
 *   <li>If another process truncates the file under a region, reading the lost pages throws {@link
 *       java.lang.InternalError} at best. Inside native code of the JDK (CRC32, Deflater, a cold
 *       compareAndSet) it ends the JVM.
 *   <li>Storing to a page for which the file system has no space has the same effect. {@link
 *       io.mmapio.MapOptions#extend()} allocates the space up front.
 *   <li>POSIX releases every {@link java.nio.channels.FileLock} of a process on a file when the
 *       process closes any descriptor of that file. Mapping by path and closing a region both do
 *       so.
 * </ul>
 */
@NullMarked
package io.mmapio;

import org.jspecify.annotations.NullMarked;
