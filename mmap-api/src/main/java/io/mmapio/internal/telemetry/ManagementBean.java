// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The bean that JMX shows, in the platform's MBean server. */
public final class ManagementBean {
  private static final String NAME = "io.mmapio:type=Mmap";

  private ManagementBean() {}

  /**
   * Registers the bean, if there is none.
   *
   * @param bean makes it
   * @throws UnsupportedOperationException if there is no JMX
   */
  public static void register(Supplier<Object> bean) {
    requireManagement();
    Registration.register(bean);
  }

  /**
   * Takes the bean back, if it is one of this class loader's.
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
    static synchronized void register(Supplier<Object> bean) {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      try {
        ObjectName name = new ObjectName(NAME);
        if (!server.isRegistered(name)) {
          server.registerMBean(bean.get(), name);
        }
      } catch (JMException e) {
        throw new IllegalStateException("cannot register " + NAME, e);
      }
    }

    static synchronized void unregister() {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      try {
        ObjectName name = new ObjectName(NAME);
        if (server.isRegistered(name)
            && server.getClassLoaderFor(name) == ManagementBean.class.getClassLoader()) {
          server.unregisterMBean(name);
        }
      } catch (JMException e) {
        throw new IllegalStateException("cannot unregister " + NAME, e);
      }
    }
  }
}
