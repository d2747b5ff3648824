// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BasePostingsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's suite for the format of postings, in this directory: see tests.directory in the POM. */
public class PostingsCodecSuiteTest extends BasePostingsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.getDefaultCodec();
  }
}
