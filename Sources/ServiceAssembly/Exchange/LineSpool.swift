internal import Foundation

/// Lines kept in a temporary file, to be read again last to first: lists come newest first, and a file of the
/// exchange format goes from the oldest on.
///
/// In memory there are eight bytes a line.
final class LineSpool {
    private let handle: FileHandle
    private let path: String
    private var ends: [Int] = [0]
    private var pending: [UInt8] = []

    var count: Int { ends.count - 1 }

    /// Makes a spool in the temporary folder; the file has no name from here on, so nothing is left behind.
    init() throws(ExchangeError) {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("mneme-\(UUID().uuidString)").path
        do {
            let descriptor = try FileUnsafeHandle.openOrCreate(path)
            handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw ExchangeError(.file, file: path, "cannot be made: \(error.localizedDescription)")
        }
    }

    func append(_ line: [UInt8]) throws(ExchangeError) {
        pending += line
        ends.append(ends[count] + line.count)
        if pending.count >= 1 << 20 { try store() }
    }

    /// Hands out the lines, the last one first.
    func forEachFromTheLast(_ body: ([UInt8]) async throws -> Void) async throws {
        try store()
        for index in stride(from: count - 1, through: 0, by: -1) {
            try handle.seek(toOffset: UInt64(ends[index]))
            let data = try handle.read(upToCount: ends[index + 1] - ends[index]) ?? Data()
            try await body(Array(data))
        }
    }

    private func store() throws(ExchangeError) {
        do {
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(pending))
        } catch {
            throw ExchangeError(.file, file: path, "cannot be written: \(error.localizedDescription)")
        }
        pending = []
    }
}
