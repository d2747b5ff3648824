// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseKnnVectorsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's suite for the format of vectors, in this directory: see tests.directory in the POM. */
public class VectorsCodecSuiteTest extends BaseKnnVectorsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.getDefaultCodec();
  }

  @Override
  protected boolean supportsFloatVectorFallback() {
    return false;
  }
}
