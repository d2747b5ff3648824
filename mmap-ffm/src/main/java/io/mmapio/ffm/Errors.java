// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The error numbers of this system. */
final class Errors {
  static final int EACCES = number("EACCES");
  static final int EAGAIN = number("EAGAIN");
  static final int EBADF = number("EBADF");
  static final int EBUSY = number("EBUSY");
  static final int EFAULT = number("EFAULT");
  static final int EFBIG = number("EFBIG");
  static final int EINTR = number("EINTR");
  static final int EINVAL = number("EINVAL");
  static final int EISDIR = number("EISDIR");
  static final int ENODEV = number("ENODEV");
  static final int ENOENT = number("ENOENT");
  static final int ENOSYS = number("ENOSYS");
  static final int ENOTSUP = number("ENOTSUP");
  static final int ENOTTY = number("ENOTTY");
  static final int ENXIO = number("ENXIO");
  static final int EOPNOTSUPP = number("EOPNOTSUPP");
  static final int EPERM = number("EPERM");
  static final int ESPIPE = number("ESPIPE");
  static final int ETIMEDOUT = number("ETIMEDOUT");
  static final int ETXTBSY = number("ETXTBSY");
  static final int EXDEV = number("EXDEV");

  private static final Map<Integer, String> NAMES = names();

  private Errors() {}

  private static int number(String name) {
    return Constants.current().get(name);
  }

  private static Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    Constants.current()
        .all()
        .forEach(
            (name, number) -> {
              if (name.matches("E[A-Z0-9]+") && !name.equals("EOPNOTSUPP")) {
                names.put(number, name);
              }
            });
    return Map.copyOf(names);
  }

  /** The symbolic name of a number. */
  static @Nullable String name(int number) {
    return NAMES.get(number);
  }

  /** Tells whether an operation failed because this system or file does not have it. */
  static boolean meansUnsupported(long result) {
    return result == -ENOTSUP || result == -EOPNOTSUPP || result == -ENOSYS;
  }
}
