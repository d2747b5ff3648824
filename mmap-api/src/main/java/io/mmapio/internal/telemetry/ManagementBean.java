// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The JMX bean in the platform's MBean server. */
public final class ManagementBean {
  private static final String NAME = "io.mmapio:type=Mmap";

  private ManagementBean() {}

  /**
   * Registers the bean, unless one is registered.
   *
   * @param bean creates the bean
   * @throws UnsupportedOperationException if this JVM has no JMX
   */
  public static void register(Supplier<Object> bean) {
    requireManagement();
    Registration.register(bean);
  }

  /**
   * Unregisters the bean, if it belongs to this class loader.
   *
   * @throws UnsupportedOperationException if this JVM has no JMX
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

  /** Accesses JMX. Loaded only if the JVM has JMX. */
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
