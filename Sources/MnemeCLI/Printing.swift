internal import Foundation
internal import MemoryModel

/// What commands write to the standard output.
enum Printing {
    /// Whether people read it as it comes, and it takes bold.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes a line; a reader that went away is no failure.
    static func line(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    }

    /// Writes a value as JSON for programs, members sorted.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        line(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
