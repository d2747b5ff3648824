// SPDX-License-Identifier: Apache-2.0
//
// Run by the profile release, in each published module: attaches a provenance statement (in-toto
// statement 1, SLSA provenance 1.0) that has the digest of each file of the module, the commit, and
// what the build was made with and from.
import groovy.json.JsonOutput
import java.security.MessageDigest
import org.apache.maven.project.MavenProjectHelper

String sha256(File file) {
  MessageDigest.getInstance('SHA-256').digest(file.bytes).encodeHex().toString()
}

String git(String... arguments) {
  def git = (['git'] + arguments.toList()).execute(null as List, project.basedir)
  if (git.waitFor() != 0) {
    throw new IllegalStateException("git ${arguments.join(' ')}: ${git.err.text}")
  }
  git.text.trim()
}

String fileName(artifact) {
  def classifier = artifact.classifier ? "-$artifact.classifier" : ''
  "$artifact.artifactId-$artifact.version$classifier.$artifact.artifactHandler.extension"
}

def subject = { name, file -> [name: name as String, digest: [sha256: sha256(file)]] }

def made = project.attachedArtifacts + (project.packaging == 'pom' ? [] : [project.artifact])
def subjects = [subject("${project.artifactId}-${project.version}.pom", project.file)] +
    made.collect { subject(fileName(it), it.file) }

// What was compiled in or stands on the class path of users, by the file that Maven resolved.
def inputs = project.artifacts.findAll { it.file?.file && it.scope != 'test' && it.groupId != project.groupId }

if (git('status', '--porcelain')) {
  throw new IllegalStateException('the working tree differs from the commit: a provenance would be untrue')
}
def commit = git('rev-parse', 'HEAD')
def home = project.properties['home']
def statement = [
  _type: 'https://in-toto.io/Statement/v1',
  subject: subjects.sort { it.name },
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: [
    buildDefinition: [
      buildType: "$home/blob/$commit/RELEASING.md" as String,
      externalParameters: [
        source: "git+${home}.git@refs/tags/v${project.version}" as String,
        profiles: session.request.activeProfiles,
      ],
      internalParameters: [
        java: "${System.getProperty('java.vendor')} ${System.getProperty('java.runtime.version')}" as String,
        maven: session.systemProperties['maven.version'],
        os: "${System.getProperty('os.name')} ${System.getProperty('os.arch')}" as String,
      ],
      resolvedDependencies: [
        [uri: "git+${home}.git@$commit" as String, digest: [gitCommit: commit]],
      ] + inputs.collect {
        [uri: "pkg:maven/$it.groupId/$it.artifactId@$it.baseVersion" as String, digest: [sha256: sha256(it.file)]]
      }.sort { it.uri },
    ],
    runDetails: [
      // Who ran the build: the address of the runner in CI, else the machine of a maintainer.
      builder: [id: System.getenv('RELEASE_BUILDER') ?: "$home/blob/$commit/RELEASING.md#by-hand" as String],
      metadata: [startedOn: session.startTime.toInstant().toString()],
    ],
  ],
]
def file = new File(project.build.directory, 'provenance.json')
file.parentFile.mkdirs()
file.text = JsonOutput.prettyPrint(JsonOutput.toJson(statement)) + '\n'
session.container.lookup(MavenProjectHelper).attachArtifact(project, 'json', 'provenance', file)
