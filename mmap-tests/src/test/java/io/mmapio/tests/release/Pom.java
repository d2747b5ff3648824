// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A published POM: questions about its elements. */
final class Pom {
  private final Document document;

  private Pom(Document document) {
    this.document = document;
  }

  /** Reads the POM of a module; one without any elements if there is none. */
  static Pom read(StagedModule module) throws IOException {
    Path file = module.file(".pom");
    return of(Files.exists(file) ? Files.readAllBytes(file) : "<project/>".getBytes(UTF_8));
  }

  static Pom of(byte[] xml) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return new Pom(factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml)));
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("a POM that is no XML", e);
    }
  }

  /** The text of the first element at a path below the project, or nothing. */
  String text(String path) {
    List<String> all = texts(path);
    return all.isEmpty() ? "" : all.get(0);
  }

  /** The texts of all elements at a path below the project. */
  List<String> texts(String path) {
    try {
      Object found =
          XPathFactory.newInstance()
              .newXPath()
              .evaluate("/project/" + path, document, XPathConstants.NODESET);
      NodeList nodes = (NodeList) found;
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < nodes.getLength(); i++) {
        texts.add(nodes.item(i).getTextContent().strip());
      }
      return texts;
    } catch (XPathExpressionException e) {
      throw new IllegalArgumentException(path, e);
    }
  }

  boolean has(String path) {
    return !texts(path).isEmpty();
  }

  String packaging() {
    String said = text("packaging");
    return said.isEmpty() ? "jar" : said;
  }
}
