// SPDX-License-Identifier: Apache-2.0
/**
 * Memory-mapped files: {@link io.mmapio.Mmap} maps, a {@link io.mmapio.MappedRegion} advises, syncs
 * and tells what is in memory, and the bytes are the JDK's own types.
 *
 * <h2>Threads</h2>
 *
 * Every method may be called from any thread, and a region may be shared by all of them. The views
 * have the JDK's rules: concurrent access to the same bytes needs a {@link
 * java.lang.invoke.VarHandle} or a lock.
 *
 * <h2>Lifetime</h2>
 *
 * A region is mapped until it is closed, or until neither it nor any of its views can be reached.
 * Closing is safe at any time: it waits for calls of the region that are under way, and for no
 * reader. A view that outlives the region never ends the JVM and never shows another mapping's
 * bytes: it reads zeros, what it writes is lost, and its addresses are given back when the last
 * view is collected.
 *
 * <h2>Errors</h2>
 *
 * What the operating system refuses is a {@link io.mmapio.MmapException}. A range outside the
 * region is an {@link java.lang.IndexOutOfBoundsException}, a closed region an {@link
 * java.lang.IllegalStateException}, a machine without a backend a {@link
 * io.mmapio.NoBackendException} that names the dependency to add.
 *
 * <h2>What no library can hide</h2>
 *
 * <ul>
 *   <li>If the file is truncated under a region, reading the lost pages is an {@link
 *       java.lang.InternalError} at best; inside native code of the JDK (CRC32, Deflater, a cold
 *       compareAndSet) it ends the JVM.
 *   <li>Storing to a page that the file system has no room for is the same. {@link
 *       io.mmapio.MapOptions#extend()} takes the room beforehand.
 *   <li>POSIX drops every {@link java.nio.channels.FileLock} of a process on a file when the
 *       process closes any descriptor of it: mapping by path and closing a region do.
 * </ul>
 */
@NullMarked
package io.mmapio;

import org.jspecify.annotations.NullMarked;
