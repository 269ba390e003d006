#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Threads of the driver's own, apart from Swift's cooperative pool and from any event loop.
package enum DriverThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// Runs `body` on a new thread that takes no signals, until it returns.
    ///
    /// - Throws: ``PostgresError`` with code `connectionFailed` where the system gives no thread.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(PostgresError) {
        let context = unsafe Unmanaged.passRetained(Body(run: body)).toOpaque()
        // A new thread inherits the mask: signals stay with the threads that wait for them.
        var all = sigset_t()
        var previous = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, &previous)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &previous, nil) }
        #if canImport(Darwin)
        var thread: pthread_t?
        let status = unsafe pthread_create(&thread, nil, { unsafe DriverThread.enter($0) }, context)
        if let thread = unsafe thread { unsafe pthread_detach(thread) }
        #else
        var thread = pthread_t()
        let status = unsafe pthread_create(&thread, nil, { unsafe DriverThread.enter($0) }, context)
        if status == 0 { pthread_detach(thread) }
        #endif
        guard status == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(context).release()
            throw PostgresError(.connectionFailed, "the system gave no thread (errno \(status))")
        }
    }

    private static func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let context = unsafe context {
            unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        }
        return nil
    }
}
