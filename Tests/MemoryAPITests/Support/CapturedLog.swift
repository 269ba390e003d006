import Logging
import Synchronization

/// Keeps every line that is logged, with its metadata.
final class CapturedLog: Sendable {
    private let state = Mutex<[String]>([])

    /// What was logged, as text.
    var lines: [String] { state.withLock { $0 } }

    /// A logger that writes here, at every level.
    var logger: Logger {
        Logger(label: "captured") { _ in Handler(log: self) }
    }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(log: CapturedLog) {
            self.log = log
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let merged = metadata.merging(event.metadata ?? [:]) { $1 }
            log.state.withLock { $0.append("\(event.message) \(merged)") }
        }
    }
}
