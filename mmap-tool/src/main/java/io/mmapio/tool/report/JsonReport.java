// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mmapio.tool.scan.Counts;
import io.mmapio.tool.scan.FileReport;
import io.mmapio.tool.scan.Runs;
import io.mmapio.tool.scan.Scans;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;

/** Writes what was found as JSON while it is being found; docs/tool.md has the schema. */
public final class JsonReport implements Scans.Visitor {
  /** The name of the format. */
  public static final String FORMAT = "mmap-look";

  /** Raised when a reader of the version before could misunderstand. */
  public static final int VERSION = 1;

  private final JsonGenerator json;
  private final Abilities abilities;
  private Counts total = Counts.NONE;

  /** Begins. */
  public JsonReport(OutputStream out, boolean utf8, Abilities abilities) throws IOException {
    this.abilities = abilities;
    this.json = SafeJson.factory(utf8).createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    json.writeStringField("format", FORMAT);
    json.writeNumberField("version", VERSION);
    json.writeStringField("time", Instant.now().toString());
    json.writeNumberField("pageSize", abilities.pageSize());
    json.writeArrayFieldStart("missing");
    if (!abilities.residency()) {
      json.writeString("resident");
    }
    if (!abilities.cacheState()) {
      json.writeString("dirty");
      json.writeString("writeback");
      json.writeString("evicted");
    }
    json.writeEndArray();
    json.writeArrayFieldStart("files");
  }

  @Override
  public void file(FileReport report) {
    total = total.plus(report.counts());
    try {
      json.writeStartObject();
      SafeJson.path(json, report.entry().path());
      counts(report.counts());
      json.writeNumberField("modified", report.entry().modified());
      Runs runs = report.runs();
      if (runs != null && report.counts().unknown() == 0) {
        runs(runs);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void runs(Runs runs) throws IOException {
    json.writeArrayFieldStart("runs");
    runs.forEach(
        (first, count) -> {
          try {
            json.writeNumber(first);
            json.writeNumber(count);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    json.writeEndArray();
  }

  private void counts(Counts counts) throws IOException {
    json.writeNumberField("size", counts.bytes());
    json.writeNumberField("pages", counts.pages());
    if (abilities.residency()) {
      json.writeNumberField("resident", counts.resident());
      json.writeNumberField("unknown", counts.unknown());
    }
    if (abilities.cacheState()) {
      json.writeNumberField("dirty", counts.dirty());
      json.writeNumberField("writeback", counts.writeback());
      json.writeNumberField("evicted", counts.evicted());
    }
  }

  /** Ends. */
  public void finish(Complaints complaints) throws IOException {
    json.writeEndArray();
    json.writeObjectFieldStart("total");
    json.writeNumberField("files", total.files());
    counts(total);
    json.writeEndObject();
    json.writeNumberField("failed", complaints.failed());
    json.writeNumberField("vanished", complaints.vanished());
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }
}
