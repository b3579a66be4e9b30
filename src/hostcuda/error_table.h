// Every error code with a sentence about it: X(enumerator, sentence).
#pragma once

#define TENON_CUDA_ERRORS(X)                                                                     \
  X(cudaSuccess, "no error")                                                                     \
  X(cudaErrorInvalidValue, "an argument has a value that the call does not accept")              \
  X(cudaErrorMemoryAllocation, "not enough memory")                                              \
  X(cudaErrorInitializationError, "the runtime could not start")                                 \
  X(cudaErrorCudartUnloading, "the runtime is being unloaded")                                   \
  X(cudaErrorProfilerDisabled, "profiling is off")                                               \
  X(cudaErrorProfilerNotInitialized, "the profiler has not been set up")                         \
  X(cudaErrorProfilerAlreadyStarted, "the profiler runs already")                                \
  X(cudaErrorProfilerAlreadyStopped, "the profiler does not run")                                \
  X(cudaErrorInvalidConfiguration, "the launch asks for sizes that the device does not have")    \
  X(cudaErrorInvalidPitchValue, "a row is longer than the distance between rows")                \
  X(cudaErrorInvalidSymbol, "unknown device symbol")                                             \
  X(cudaErrorInvalidHostPointer, "not a valid host address")                                     \
  X(cudaErrorInvalidDevicePointer, "not a valid device address")                                 \
  X(cudaErrorInvalidTexture, "not a valid texture")                                              \
  X(cudaErrorInvalidTextureBinding, "the texture is not bound")                                  \
  X(cudaErrorInvalidChannelDescriptor, "not a valid element format")                             \
  X(cudaErrorInvalidMemcpyDirection, "not a direction of a copy")                                \
  X(cudaErrorAddressOfConstant, "the address of a constant was taken")                           \
  X(cudaErrorTextureFetchFailed, "a texture read failed")                                        \
  X(cudaErrorTextureNotBound, "the texture has no memory bound to it")                           \
  X(cudaErrorSynchronizationError, "synchronisation failed")                                     \
  X(cudaErrorInvalidFilterSetting, "not a valid texture filter")                                 \
  X(cudaErrorInvalidNormSetting, "not a valid texture read mode")                                \
  X(cudaErrorMixedDeviceExecution, "device and emulated code cannot be mixed")                   \
  X(cudaErrorNotYetImplemented, "not implemented yet")                                           \
  X(cudaErrorMemoryValueTooLarge, "an emulated address is too large")                            \
  X(cudaErrorStubLibrary, "the driver library found is a stub")                                  \
  X(cudaErrorInsufficientDriver, "the driver is older than the runtime")                         \
  X(cudaErrorCallRequiresNewerDriver, "the call needs a newer driver")                           \
  X(cudaErrorInvalidSurface, "not a valid surface")                                              \
  X(cudaErrorDuplicateVariableName, "two device variables have the same name")                   \
  X(cudaErrorDuplicateTextureName, "two textures have the same name")                            \
  X(cudaErrorDuplicateSurfaceName, "two surfaces have the same name")                            \
  X(cudaErrorDevicesUnavailable, "every device is in use or out of service")                     \
  X(cudaErrorIncompatibleDriverContext, "the current driver context does not suit the runtime")  \
  X(cudaErrorMissingConfiguration, "no launch has been configured")                              \
  X(cudaErrorPriorLaunchFailure, "an earlier launch failed")                                     \
  X(cudaErrorLaunchMaxDepthExceeded, "launches are nested too deeply")                           \
  X(cudaErrorLaunchFileScopedTex, "a nested launch uses a file-scope texture")                   \
  X(cudaErrorLaunchFileScopedSurf, "a nested launch uses a file-scope surface")                  \
  X(cudaErrorSyncDepthExceeded, "synchronisation is nested too deeply")                          \
  X(cudaErrorLaunchPendingCountExceeded, "too many nested launches are pending")                 \
  X(cudaErrorInvalidDeviceFunction, "not a device function, or not one for this device")         \
  X(cudaErrorNoDevice, "there is no device")                                                     \
  X(cudaErrorInvalidDevice, "there is no device of that number")                                 \
  X(cudaErrorDeviceNotLicensed, "the device has no licence")                                     \
  X(cudaErrorSoftwareValidityNotEstablished, "the integrity of the software is not established") \
  X(cudaErrorStartupFailure, "the runtime failed while it started")                              \
  X(cudaErrorInvalidKernelImage, "the device code is damaged")                                   \
  X(cudaErrorDeviceUninitialized, "no context is current")                                       \
  X(cudaErrorMapBufferObjectFailed, "a buffer could not be mapped")                              \
  X(cudaErrorUnmapBufferObjectFailed, "a buffer could not be unmapped")                          \
  X(cudaErrorArrayIsMapped, "the array is mapped and cannot be destroyed")                       \
  X(cudaErrorAlreadyMapped, "the resource is mapped already")                                    \
  X(cudaErrorNoKernelImageForDevice, "there is no device code for this device")                  \
  X(cudaErrorAlreadyAcquired, "the resource has been acquired already")                          \
  X(cudaErrorNotMapped, "the resource is not mapped")                                            \
  X(cudaErrorNotMappedAsArray, "the resource is not mapped as an array")                         \
  X(cudaErrorNotMappedAsPointer, "the resource is not mapped as memory")                         \
  X(cudaErrorECCUncorrectable, "memory failed beyond repair by its error correction")            \
  X(cudaErrorUnsupportedLimit, "the device has no such limit")                                   \
  X(cudaErrorDeviceAlreadyInUse, "another thread uses the device")                               \
  X(cudaErrorPeerAccessUnsupported, "the devices cannot reach each other's memory")              \
  X(cudaErrorInvalidPtx, "the intermediate code does not compile")                               \
  X(cudaErrorInvalidGraphicsContext, "not a valid graphics context")                             \
  X(cudaErrorNvlinkUncorrectable, "the link between devices failed")                             \
  X(cudaErrorJitCompilerNotFound, "the run-time compiler was not found")                         \
  X(cudaErrorUnsupportedPtxVersion, "the intermediate code is newer than the compiler")          \
  X(cudaErrorJitCompilationDisabled, "run-time compilation is off")                              \
  X(cudaErrorUnsupportedExecAffinity, "the device cannot give that affinity")                    \
  X(cudaErrorUnsupportedDevSideSync, "device code cannot synchronise like that")                 \
  X(cudaErrorContained, "a failure was contained")                                               \
  X(cudaErrorInvalidSource, "the device code is not valid")                                      \
  X(cudaErrorFileNotFound, "the file was not found")                                             \
  X(cudaErrorSharedObjectSymbolNotFound, "a shared library lacks a symbol")                      \
  X(cudaErrorSharedObjectInitFailed, "a shared library could not be loaded")                     \
  X(cudaErrorOperatingSystem, "a call to the operating system failed")                           \
  X(cudaErrorInvalidResourceHandle, "the handle of a stream, event or resource is not alive")    \
  X(cudaErrorIllegalState, "the object is not in a state that allows the call")                  \
  X(cudaErrorLossyQuery, "the answer would lose information")                                    \
  X(cudaErrorSymbolNotFound, "the name was not found")                                           \
  X(cudaErrorNotReady, "the work has not finished yet")                                          \
  X(cudaErrorIllegalAddress, "device code used an address that is not valid")                    \
  X(cudaErrorLaunchOutOfResources, "the launch needs more resources than there are")             \
  X(cudaErrorLaunchTimeout, "device code ran for too long")                                      \
  X(cudaErrorLaunchIncompatibleTexturing, "the launch uses an incompatible texture mode")        \
  X(cudaErrorPeerAccessAlreadyEnabled, "peer access is on already")                              \
  X(cudaErrorPeerAccessNotEnabled, "peer access is not on")                                      \
  X(cudaErrorSetOnActiveProcess, "too late: the device is in use")                               \
  X(cudaErrorContextIsDestroyed, "the current context has been destroyed")                       \
  X(cudaErrorAssert, "an assertion failed in device code")                                       \
  X(cudaErrorTooManyPeers, "too many devices have peer access")                                  \
  X(cudaErrorHostMemoryAlreadyRegistered, "part of the range is registered already")             \
  X(cudaErrorHostMemoryNotRegistered, "the range is not registered")                             \
  X(cudaErrorHardwareStackError, "the device's stack failed")                                    \
  X(cudaErrorIllegalInstruction, "device code met an illegal instruction")                       \
  X(cudaErrorMisalignedAddress, "device code used a misaligned address")                         \
  X(cudaErrorInvalidAddressSpace, "device code used an address of the wrong space")              \
  X(cudaErrorInvalidPc, "device code jumped to an address that is not valid")                    \
  X(cudaErrorLaunchFailure, "work on a stream failed while it ran")                              \
  X(cudaErrorCooperativeLaunchTooLarge, "the cooperative launch is too large")                   \
  X(cudaErrorTensorMemoryLeak, "device code did not free its tensor memory")                     \
  X(cudaErrorNotPermitted, "the call is not allowed here")                                       \
  X(cudaErrorNotSupported, "not supported on this system")                                       \
  X(cudaErrorSystemNotReady, "the system is not ready yet")                                      \
  X(cudaErrorSystemDriverMismatch, "driver and kernel module differ in version")                 \
  X(cudaErrorCompatNotSupportedOnDevice, "the device does not support compatibility mode")       \
  X(cudaErrorMpsConnectionFailed, "the service that shares the device cannot be reached")        \
  X(cudaErrorMpsRpcFailure, "a request to the service that shares the device failed")            \
  X(cudaErrorMpsServerNotReady, "the service that shares the device is not ready")               \
  X(cudaErrorMpsMaxClientsReached, "the service that shares the device has too many clients")    \
  X(cudaErrorMpsMaxConnectionsReached,                                                           \
    "the service that shares the device has no connection free")                                 \
  X(cudaErrorMpsClientTerminated, "the service that shares the device ended this client")        \
  X(cudaErrorCdpNotSupported, "device code cannot launch on this system")                        \
  X(cudaErrorCdpVersionMismatch, "device code uses two versions of nested launch")               \
  X(cudaErrorStreamCaptureUnsupported, "the call is not allowed while a stream is capturing")    \
  X(cudaErrorStreamCaptureInvalidated, "an earlier error has invalidated the capture")           \
  X(cudaErrorStreamCaptureMerge, "the call would join two captures")                             \
  X(cudaErrorStreamCaptureUnmatched, "the capture did not begin on this stream")                 \
  X(cudaErrorStreamCaptureUnjoined, "work captured on another stream was not joined")            \
  X(cudaErrorStreamCaptureIsolation, "captured work cannot wait for work outside the capture")   \
  X(cudaErrorStreamCaptureImplicit, "stream 0 would have to wait for a capturing stream")        \
  X(cudaErrorCapturedEvent, "the event was recorded in a capture and has no state of its own")   \
  X(cudaErrorStreamCaptureWrongThread, "the capture began on another thread")                    \
  X(cudaErrorTimeout, "the wait took too long")                                                  \
  X(cudaErrorGraphExecUpdateFailure, "the graph differs too much from the executable")           \
  X(cudaErrorExternalDevice, "a device outside the runtime failed")                              \
  X(cudaErrorInvalidClusterSize, "not a valid cluster size")                                     \
  X(cudaErrorFunctionNotLoaded, "the device function is not loaded")                             \
  X(cudaErrorInvalidResourceType, "not a valid kind of resource")                                \
  X(cudaErrorInvalidResourceConfiguration, "not a valid configuration of the resource")          \
  X(cudaErrorUnknown, "an unexpected failure")                                                   \
  X(cudaErrorApiFailureBase, "a failure of an older version of the runtime")
