import Foundation

/// The files of data/.
enum SampleFiles {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "data").path

    static var workspace: String { "\(folder)/sample-workspace.jsonl" }
    static var questions: String { "\(folder)/questions.jsonl" }

    /// Hands a file with these lines to a body, and removes it.
    static func withFile<Value>(_ lines: [String], _ body: (String) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.appending(path: "mneme-\(UUID().uuidString).jsonl").path
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }
}
