// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Mmap;
import io.mmapio.MmapMXBean;
import io.mmapio.MmapStatistics;
import io.mmapio.OpenRegion;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Gathers what is mapped. */
public final class Statistics {
  private static final String NAME = "io.mmapio:type=Mmap";

  private Statistics() {}

  /**
   * Looks.
   *
   * @return what is mapped now
   */
  public static MmapStatistics now() {
    List<OpenRegion> regions = Reaper.regions().stream().map(Statistics::describe).toList();
    OptionalLong[] process = MappingLimit.ofProcess();
    return new MmapStatistics(
        regions, Tombstones.count(), Tombstones.bytes(), process[0], process[1]);
  }

  private static OpenRegion describe(Mapping mapping) {
    return new OpenRegion(
        mapping.name(),
        mapping.spec().offset(),
        mapping.size(),
        mapping.access(),
        Optional.ofNullable(mapping.creationSite()));
  }

  /**
   * Registers the bean.
   *
   * @throws UnsupportedOperationException if there is no JMX
   */
  public static void register() {
    requireManagement();
    Registration.register();
  }

  /**
   * Takes the bean back, if it is one that this class made.
   *
   * @throws UnsupportedOperationException if there is no JMX
   */
  public static void unregister() {
    requireManagement();
    Registration.unregister();
  }

  private static void requireManagement() {
    if (ModuleLayer.boot().findModule("java.management").isEmpty()) {
      throw new UnsupportedOperationException("this JVM has no module java.management");
    }
  }

  /** Only loaded where there is JMX. */
  private static final class Registration {
    static synchronized void register() {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      try {
        ObjectName name = new ObjectName(NAME);
        if (!server.isRegistered(name)) {
          server.registerMBean(new Bean(), name);
        }
      } catch (JMException e) {
        throw new IllegalStateException("cannot register " + NAME, e);
      }
    }

    /** Another class loader's bean of that name is left alone. */
    static synchronized void unregister() {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      try {
        ObjectName name = new ObjectName(NAME);
        if (server.isRegistered(name)
            && server.isInstanceOf(name, Bean.class.getName())
            && server.getClassLoaderFor(name) == Bean.class.getClassLoader()) {
          server.unregisterMBean(name);
        }
      } catch (JMException e) {
        throw new IllegalStateException("cannot unregister " + NAME, e);
      }
    }
  }

  /** Each question looks again. */
  private static final class Bean implements MmapMXBean {
    @Override
    public int getOpenRegions() {
      return Mmap.statistics().openRegions().size();
    }

    @Override
    public long getMappedBytes() {
      return Mmap.statistics().bytes();
    }

    @Override
    public Map<String, Long> getBytesByFile() {
      return Mmap.statistics().bytesByFile();
    }

    @Override
    public long getTombstones() {
      return Mmap.statistics().tombstones();
    }

    @Override
    public long getTombstoneBytes() {
      return Mmap.statistics().tombstoneBytes();
    }

    @Override
    public long getMappings() {
      return Mmap.statistics().mappings().orElse(-1);
    }

    @Override
    public long getMappingLimit() {
      return Mmap.statistics().mappingLimit().orElse(-1);
    }
  }
}
