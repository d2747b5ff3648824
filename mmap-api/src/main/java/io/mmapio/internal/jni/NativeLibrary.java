// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.jni;

import io.mmapio.internal.system.Platform;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds and loads the native library: where the property says, else on java.library.path, else out
 * of a jar. The first place that has the library decides; if it fails there, no other is tried.
 */
final class NativeLibrary {
  /** A library file, or the directory it lies in; nothing else is then looked at. */
  public static final String PATH_PROPERTY = "io.mmapio.library.path";

  private static final String NAME = "mmapio";

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private static final int MOST_ATTEMPTS = 1000;

  private static final long LOADING_TAKES_LESS_MILLIS = 10 * 60 * 1000;

  private NativeLibrary() {}

  /** The file name on a platform given by its classifier. */
  public static String fileName(String classifier) {
    if (classifier.startsWith("windows")) {
      return NAME + ".dll";
    }
    return "lib" + NAME + (classifier.startsWith("osx") ? ".dylib" : ".so");
  }

  /**
   * Loads the library.
   *
   * @return where it was found
   */
  public static String load(URL resource) throws IOException {
    String chosen = System.getProperty(PATH_PROPERTY);
    if (chosen != null) {
      return load(fileIn(Path.of(chosen)), "the property " + PATH_PROPERTY + " names it");
    }
    Optional<Path> installed = installed();
    if (installed.isPresent()) {
      return load(installed.get(), "it was found on java.library.path");
    }
    return extractAndLoad(resource);
  }

  private static Path fileIn(Path place) {
    return Files.isDirectory(place) ? place.resolve(fileName(Platform.classifier())) : place;
  }

  private static Optional<Path> installed() {
    String path = System.getProperty("java.library.path", "");
    for (String entry : path.split(File.pathSeparator, -1)) {
      Path file = fileIn(Path.of(entry));
      if (!entry.isEmpty() && Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static String extractAndLoad(URL resource) throws IOException {
    Path directory = createDirectory();
    sweep(directory);
    Path file = directory.resolve(fileName(Platform.classifier()));
    try {
      URLConnection connection = resource.openConnection();
      connection.setUseCaches(false); // or the JDK keeps the jar open when its loader is closed
      try (InputStream in = connection.getInputStream()) {
        Files.copy(in, file);
      } catch (IOException e) {
        throw new IOException("cannot extract the native library, " + e + advice(), e);
      }
      load(file, "if " + directory.getParent() + " is mounted noexec, that is why" + advice());
      return resource.toString();
    } finally {
      delete(directory);
    }
  }

  private static Path createDirectory() throws IOException {
    try {
      return Platform.isWindows() ? Files.createTempDirectory(NAME) : createPrivateDirectory();
    } catch (IOException e) {
      throw new IOException("cannot extract the native library, " + e + advice(), e);
    }
  }

  /**
   * A fresh directory that only this user may enter. mkdir(2) fails if the name is taken, by
   * whatever, so the name need not be hard to guess. {@link Files#createTempDirectory} asks for a
   * random one, for which the JDK loads its security providers: 20 ms of the start of a program.
   */
  private static Path createPrivateDirectory() throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    for (int attempt = 1; ; attempt++) {
      try {
        return Files.createDirectory(
            parent.resolve(NAME + Long.toHexString(System.nanoTime())),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      } catch (FileAlreadyExistsException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * A loaded library needs no name, but Windows keeps the file until the process ends, and refuses
   * to delete it before: a later process does. What is young may be of one that is about to load
   * it.
   */
  private static void sweep(Path fresh) throws IOException {
    if (!Platform.isWindows()) {
      return;
    }
    long now = fresh.toFile().lastModified(); // by the same clock as that of the others
    try (DirectoryStream<Path> all = Files.newDirectoryStream(fresh.getParent(), NAME + "*")) {
      for (Path directory : all) {
        boolean real = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
        if (real && now - directory.toFile().lastModified() > LOADING_TAKES_LESS_MILLIS) {
          delete(directory);
        }
      }
    }
  }

  /** Deletes one of our directories, if nobody uses what is in it; anything else in it keeps it. */
  private static void delete(Path directory) {
    directory.resolve(fileName(Platform.classifier())).toFile().delete();
    directory.toFile().delete();
  }

  private static String advice() {
    return "; choose another directory with -Djava.io.tmpdir=..., or unpack the library from the jar"
        + " yourself and name it with -D"
        + PATH_PROPERTY
        + "=...";
  }

  private static String load(Path file, String why) throws IOException {
    Path absolute = file.toAbsolutePath();
    int version;
    try {
      System.load(absolute.toString());
      version = Jni.version();
    } catch (UnsatisfiedLinkError e) {
      throw new IOException(
          "cannot load " + absolute + ", " + e.getMessage() + " (" + why + ")", e);
    } catch (RuntimeException e) {
      // IllegalCallerException, which JDK 17 has not: native access was denied to this module.
      throw new IOException(
          "not allowed to load "
              + absolute
              + ", start java with --enable-native-access=io.mmapio"
              + " on the module path or --enable-native-access=ALL-UNNAMED on the class path",
          e);
    }
    if (version != Jni.VERSION) {
      throw new IOException(
          absolute
              + " is of another version of this library ("
              + why
              + "): "
              + version
              + " where "
              + Jni.VERSION
              + " is needed");
    }
    return absolute.toString();
  }
}
