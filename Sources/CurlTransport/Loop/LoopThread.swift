#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Starts a detached thread for a loop; the thread keeps the loop alive until it ends.
func startThread(for loop: TransferLoop) throws(TransportError) {
    let context = unsafe Unmanaged.passRetained(loop)
    #if canImport(Darwin)
    var thread: pthread_t?
    #else
    var thread = pthread_t()
    #endif
    let result = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            if let argument = unsafe argument {
                unsafe Unmanaged<TransferLoop>.fromOpaque(argument).takeRetainedValue().run()
            }
            return nil
        },
        context.toOpaque()
    )
    guard result == 0 else {
        unsafe context.release()
        throw TransportError(.failed, "no thread for the transport (error \(result))")
    }
    #if canImport(Darwin)
    if let thread = unsafe thread { unsafe pthread_detach(thread) }
    #else
    pthread_detach(thread)
    #endif
}
