// SPDX-License-Identifier: Apache-2.0
//
// What the macOS branch takes from Mach.

#ifndef MMAPIO_SHIM_MACH_MACH_H_
#define MMAPIO_SHIM_MACH_MACH_H_

#include <stdint.h>

typedef int kern_return_t;
typedef unsigned int mach_port_t;
typedef unsigned int mach_msg_type_number_t;
typedef uintptr_t vm_address_t;
typedef uintptr_t vm_offset_t;
typedef uintptr_t vm_size_t;

#define KERN_SUCCESS 0
#define KERN_INVALID_ADDRESS 1
#define KERN_PROTECTION_FAILURE 2
#define KERN_MEMORY_ERROR 10

extern "C" {
mach_port_t mach_task_self(void);
kern_return_t vm_read_overwrite(mach_port_t task, vm_address_t address, vm_size_t size,
                                vm_address_t data, vm_size_t* read);
kern_return_t vm_write(mach_port_t task, vm_address_t address, vm_offset_t data,
                       mach_msg_type_number_t size);
}

#endif  // MMAPIO_SHIM_MACH_MACH_H_
