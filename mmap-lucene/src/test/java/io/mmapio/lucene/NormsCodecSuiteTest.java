// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseNormsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's suite for the format of norms, in this directory: see tests.directory in the POM. */
public class NormsCodecSuiteTest extends BaseNormsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.getDefaultCodec();
  }
}
