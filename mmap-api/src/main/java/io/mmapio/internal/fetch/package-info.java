/** Brings pages into memory without stopping other threads. */
@NullMarked
package io.mmapio.internal.fetch;

import org.jspecify.annotations.NullMarked;
