internal import Foundation

/// Reads a file line by line in one pass, with the memory of its longest line.
package struct LineReader: ~Copyable {
    /// The longest line that is taken, in bytes; above what any noun of the API may hold.
    package static let longestLine = 8 << 20
    private static let chunk = 256 << 10

    /// The file's size, as it was when it was opened.
    package let size: Int
    /// The bytes handed out so far.
    package private(set) var position = 0
    /// The number of the line handed out last, from 1.
    package private(set) var number = 0

    private let path: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// Opens a file.
    package init(path: String) throws(ExchangeError) {
        self.path = path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw ExchangeError(.file, file: path, "there is no such file")
        }
        let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
        guard !isFolder, let handle = FileHandle(forReadingAtPath: path) else {
            throw ExchangeError(.file, file: path, "cannot be read")
        }
        self.handle = handle
        size = (attributes[.size] as? NSNumber)?.intValue ?? 0
    }

    /// The next line that is not blank, without its end; nil after the last.
    package mutating func next() throws(ExchangeError) -> [UInt8]? {
        while let line = try nextLine() {
            if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { return line }
        }
        return nil
    }

    private mutating func nextLine() throws(ExchangeError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                return take(upTo: end, skipping: 1)
            }
            searched = buffer.count
            guard !isAtEnd else { return start < buffer.count ? take(upTo: buffer.count, skipping: 0) : nil }
            guard buffer.count - start <= Self.longestLine else {
                throw ExchangeError(.line, file: path, line: number + 1, "is longer than \(Self.longestLine) bytes")
            }
            searched -= start
            try fill()
        }
    }

    private mutating func take(upTo end: Int, skipping terminator: Int) -> [UInt8] {
        let line = Array(buffer[start..<end])
        number += 1
        position += end + terminator - start
        start = end + terminator
        return line
    }

    private mutating func fill() throws(ExchangeError) {
        buffer.removeFirst(start)
        start = 0
        do {
            let data = try handle.read(upToCount: Self.chunk) ?? Data()
            isAtEnd = data.isEmpty
            buffer.append(contentsOf: data)
        } catch {
            throw ExchangeError(.file, file: path, "cannot be read: \(error.localizedDescription)")
        }
    }
}
