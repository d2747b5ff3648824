// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BasePointsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's suite for the format of points, in this directory: see tests.directory in the POM. */
public class PointsCodecSuiteTest extends BasePointsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.getDefaultCodec();
  }
}
