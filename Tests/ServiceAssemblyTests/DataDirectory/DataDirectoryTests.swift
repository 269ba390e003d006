import Foundation
import ServiceAssembly
import Testing

struct DataDirectoryTests {
    private static func withDirectory(_ body: (DataDirectory) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = DataDirectory(path: path)
        try directory.create()
        try await body(directory)
    }

    private static func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func nobodyElseCanListIt() async throws {
        try await Self.withDirectory { directory in
            let permissions = try #require(try Self.permissions(directory.path))
            #expect(permissions & 0o066 == 0)
            try directory.create()
        }
    }

    @Test func aSecondHolderIsRefusedAndToldOfTheFirst() async throws {
        try await Self.withDirectory { directory in
            try await directory.withLock {
                let error = await #expect(throws: DataDirectoryError.self) { try await directory.withLock {} }
                #expect(error == .inUse(path: directory.path, process: "\(getpid())"))
            }
            try await directory.withLock {}
        }
    }

    @Test func aPrivateFileIsPrivateAndReplacedWhole() async throws {
        try await Self.withDirectory { directory in
            let path = directory.file("credentials")
            #expect(try PrivateFile.read(path) == nil)
            for content in ["first, which is longer", "second"] {
                try PrivateFile.write(content, to: path)
                #expect(try PrivateFile.read(path) == content)
                #expect(try Self.permissions(path) == 0o600)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(names == ["credentials"])
        }
    }

    @Test func aFileInTheWayIsAClearError() async throws {
        try await Self.withDirectory { directory in
            try Data().write(to: URL(fileURLWithPath: directory.file("taken")))
            #expect(throws: DataDirectoryError.self) { try DataDirectory(path: directory.file("taken/below")).create() }
        }
    }
}
