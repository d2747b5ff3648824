// SPDX-License-Identifier: Apache-2.0
//
// Run by the profile release in mmap-native: attaches Gradle module metadata 1.1 with a variant for
// each platform that was built, beside the jar with all of them. A build that asks for an operating
// system and a CPU gets the jar of that platform, and any other build the jar with all.
import groovy.json.JsonOutput
import org.apache.maven.project.MavenProjectHelper

// The names that Gradle has for what os-maven-plugin names otherwise.
def systems = [osx: 'macos']
def processors = [x86_64: 'x86-64', aarch_64: 'aarch64']

def base = "${project.artifactId}-${project.version}"
def api = [group: project.groupId, module: 'mmap-api', version: [requires: project.version]]

def variant = { name, usage, platform, file ->
  [
    name: name,
    attributes: [
      'org.gradle.category': 'library',
      'org.gradle.dependency.bundling': 'external',
      'org.gradle.jvm.version': project.properties['maven.compiler.release'] as int,
      'org.gradle.libraryelements': 'jar',
      'org.gradle.usage': usage,
    ] + platform,
    dependencies: [api],
    files: [[name: file, url: file]],
  ]
}

def variants = [
  variant('apiElements', 'java-api', [:], "${base}.jar" as String),
  variant('runtimeElements', 'java-runtime', [:], "${base}.jar" as String),
]
project.attachedArtifacts.collect { it.classifier }.findAll { it =~ /^(linux|windows|osx)-/ }.sort().each {
  def (system, processor) = it.split('-', 2)
  def platform = [
    'org.gradle.native.operatingSystem': systems[system] ?: system,
    'org.gradle.native.architecture': processors[processor] ?: processor,
  ]
  variants << variant("${it}-runtimeElements" as String, 'java-runtime', platform, "${base}-${it}.jar" as String)
}

def metadata = [
  formatVersion: '1.1',
  component: [group: project.groupId, module: project.artifactId, version: project.version],
  variants: variants,
]
def file = new File(project.build.directory, 'gradle-metadata.json')
file.text = JsonOutput.prettyPrint(JsonOutput.toJson(metadata)) + '\n'
session.container.lookup(MavenProjectHelper).attachArtifact(project, 'module', null, file)
