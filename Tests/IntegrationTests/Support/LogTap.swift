import Logging
import Synchronization

/// Every line that any logger of the test process writes, at every level; loggers made before the first use are left out.
final class LogTap: Sendable {
    /// The one tap of the process, which swift-log allows.
    static let shared: LogTap = {
        let tap = LogTap()
        LoggingSystem.bootstrap { label in Handler(tap: tap, label: label) }
        return tap
    }()

    private static let capacity = 200_000

    private let kept = Mutex<[String]>([])

    /// The lines that hold a text.
    func lines(holding text: String) -> [String] {
        kept.withLock { $0.filter { $0.contains(text) } }
    }

    /// How many lines were kept.
    var count: Int { kept.withLock { $0.count } }

    private struct Handler: LogHandler {
        let tap: LogTap
        let label: String
        // Metadata is what handlers print, so that is what is looked at; every level is on.
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(tap: LogTap, label: String) {
            self.tap = tap
            self.label = label
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let merged = metadata.merging(event.metadata ?? [:]) { $1 }
            tap.kept.withLock { lines in
                guard lines.count < LogTap.capacity else { return }
                lines.append("\(label) \(event.message) \(merged)")
            }
        }
    }
}
