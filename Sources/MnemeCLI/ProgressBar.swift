internal import Foundation
internal import ServiceAssembly
internal import Synchronization

/// A bar on the error output while something long runs; nothing where that is no terminal.
final class ProgressBar: Sendable {
    private static let width = 28

    private let label: String
    private let isShown: Bool
    private let last = Mutex("")

    init(_ label: String) {
        self.label = label
        isShown = isatty(STDERR_FILENO) == 1
    }

    /// What shows progress on a bar of its own, which goes away at the end.
    static func onStandardError(_ label: String) -> @Sendable (ExchangeProgress) -> Void {
        let bar = ProgressBar(label)
        return { progress in
            if progress.done == progress.total { bar.clear() } else { bar.show(progress) }
        }
    }

    /// Shows how far it is.
    func show(_ progress: ExchangeProgress) {
        guard isShown else { return }
        let text = line(progress)
        last.withLock { last in
            guard text != last else { return }
            last = text
            Self.write("\r\u{1B}[K" + text)
        }
    }

    /// Takes the bar away.
    func clear() {
        guard isShown else { return }
        last.withLock { last in
            if !last.isEmpty { Self.write("\r\u{1B}[K") }
            last = ""
        }
    }

    private func line(_ progress: ExchangeProgress) -> String {
        guard let total = progress.total, total > 0 else { return "\(label)  \(progress.remark)" }
        let part = min(1, Double(progress.done) / Double(total))
        let full = Int(part * Double(Self.width))
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.width - full)
        return "\(label)  \(bar) \(Int(part * 100)) %  \(progress.remark)"
    }

    private static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
