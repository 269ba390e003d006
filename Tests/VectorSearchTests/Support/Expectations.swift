import Foundation
import Testing
import VectorSearch

/// Expects `body` to throw an index's error with this code.
func expect(
    _ code: VectorSearchError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown, expected \(code)", sourceLocation: sourceLocation)
    } catch let error as VectorSearchError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("another error was thrown: \(error)", sourceLocation: sourceLocation)
    }
}

enum FolderCleaner {
    static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
}
