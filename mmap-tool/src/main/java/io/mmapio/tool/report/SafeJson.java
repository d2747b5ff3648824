// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.mmapio.tool.scan.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JSON that does no harm to a terminal: what is not plainly visible is escaped. Those who parse it
 * get every character as it is.
 */
public class SafeJson extends CharacterEscapes {
  private static final long serialVersionUID = 1L;

  /** Creates the escapes. */
  protected SafeJson() {}

  /** Returns a factory of generators, for output that is UTF-8 or only ASCII. */
  public static JsonFactory factory(boolean utf8) {
    return new JsonFactoryBuilder()
        .characterEscapes(new SafeJson())
        .configure(JsonWriteFeature.ESCAPE_NON_ASCII, !utf8)
        .build();
  }

  /** Writes the path of a file, and its bytes if they are no text. */
  public static void path(JsonGenerator json, Path path) throws IOException {
    String text = Names.text(path);
    json.writeStringField("path", text);
    if (text.indexOf('\uFFFD') >= 0) {
      json.writeBinaryField("pathBytes", Names.bytes(path));
    }
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    int[] codes = standardAsciiEscapesForJSON();
    codes[0x7f] = ESCAPE_STANDARD;
    return codes;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int c) {
    return SafeText.isVisible(c)
        ? null
        : new SerializedString(String.format(Locale.ROOT, "\\u%04x", c));
  }
}
