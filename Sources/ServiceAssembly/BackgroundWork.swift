internal import ServiceLifecycle

/// Work that goes on until the process is asked to stop, then finishes what it has begun.
struct BackgroundWork: Service {
    let work: @Sendable () async -> Void

    /// Wraps work that returns soon after its task is cancelled.
    init(_ work: @escaping @Sendable () async -> Void) {
        self.work = work
    }

    func run() async {
        await cancelWhenGracefulShutdown(work)
    }
}
