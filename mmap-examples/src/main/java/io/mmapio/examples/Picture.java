// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A picture that a program leaves behind, in the folder {@code target} where it was started. */
final class Picture {
  private final BufferedImage image;

  Picture(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  int width() {
    return image.getWidth();
  }

  int height() {
    return image.getHeight();
  }

  void set(int x, int y, int rgb) {
    image.setRGB(x, y, rgb);
  }

  /** Writes the picture, and returns where it is. */
  Path save(String name) throws IOException {
    System.setProperty("java.awt.headless", "true");
    Path folder = Files.createDirectories(Path.of("target"));
    Path file = folder.resolve(name);
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException("this JDK cannot write PNG");
    }
    return file;
  }
}
