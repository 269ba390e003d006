internal import ServiceLifecycle

/// The first step of a graceful stop: tells that no more requests should come, and gives load balancers time to hear it.
struct DrainStep: Service {
    private let delay: Duration
    private let begin: @Sendable () -> Void

    /// Makes a step that begins draining when the service is asked to stop, and is over after a delay.
    init(delay: Duration, begin: @escaping @Sendable () -> Void) {
        self.delay = delay
        self.begin = begin
    }

    func run() async throws {
        try? await gracefulShutdown()
        begin()
        guard delay > .zero else { return }
        try? await Task.sleep(for: delay)
    }
}
