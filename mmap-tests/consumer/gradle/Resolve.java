// SPDX-License-Identifier: Apache-2.0
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.gradle.api.Project;
import org.gradle.testfixtures.ProjectBuilder;

/** Applies build.gradle in Gradle and prints the class paths: for no platform, then for each given. */
final class Resolve {
  private Resolve() {}

  public static void main(String[] arguments) {
    List<String> platforms = List.of(arguments).subList(3, arguments.length);
    print("any", "compileClasspath", apply(arguments, "", ""));
    print("any", "runtimeClasspath", apply(arguments, "", ""));
    for (String platform : platforms) {
      String[] names = platform.split(",", -1);
      print(platform, "runtimeClasspath", apply(arguments, names[0], names[1]));
    }
    System.exit(0); // Gradle leaves threads
  }

  private static Project apply(String[] arguments, String system, String cpu) {
    System.setProperty("system", system);
    System.setProperty("cpu", cpu);
    Project project =
        ProjectBuilder.builder()
            .withProjectDir(new File(arguments[0]))
            .withGradleUserHomeDir(new File(arguments[1]))
            .build();
    project.apply(Map.of("from", arguments[2]));
    return project;
  }

  private static void print(String platform, String name, Project project) {
    String path =
        project.getConfigurations().getByName(name).getFiles().stream()
            .map(File::toString)
            .collect(Collectors.joining(File.pathSeparator));
    System.out.println(platform + " " + name + " " + path);
  }
}
