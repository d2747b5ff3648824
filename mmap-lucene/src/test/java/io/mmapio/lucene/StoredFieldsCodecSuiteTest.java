// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseStoredFieldsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/**
 * Lucene's suite for the format of stored fields, in this directory: see tests.directory in the
 * POM.
 */
public class StoredFieldsCodecSuiteTest extends BaseStoredFieldsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.getDefaultCodec();
  }
}
