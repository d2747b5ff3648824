// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseCompoundFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/**
 * Lucene's suite for the format of compound files, in this directory: see tests.directory in the
 * POM.
 */
public class CompoundCodecSuiteTest extends BaseCompoundFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.getDefaultCodec();
  }
}
