// SPDX-License-Identifier: Apache-2.0
/** The backend that is the native library of this project. Exported to the jars that bring it. */
@NullMarked
package io.mmapio.internal.jni;

import org.jspecify.annotations.NullMarked;
