import Foundation
import ServiceAssembly
import Synchronization
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

    @Test func theLockOfAProcessThatIsGoneIsWaitedFor() async throws {
        try await Self.withDirectory { directory in
            let gone = try await ChildProcess.start(
                ProcessSpecification(executable: "/bin/true", arguments: [], environment: [:])
            )
            _ = await gone.exit()
            try Data("\(gone.identifier)\n".utf8).write(to: URL(fileURLWithPath: directory.file("lock")))
            let held = try #require(FileHandle(forUpdatingAtPath: directory.file("lock")))
            #expect(flock(held.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
            let clock = ReleasingClock(releases: 3) { _ = flock(held.fileDescriptor, LOCK_UN) }
            #expect(try await directory.withLock(clock: clock) { true })
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

/// A clock on which a sleep takes no time, and the given one does something.
private final class ReleasingClock: Clock {
    private let sleeps: Mutex<Int>
    private let release: @Sendable () -> Void

    init(releases sleeps: Int, _ release: @escaping @Sendable () -> Void) {
        self.sleeps = Mutex(sleeps)
        self.release = release
    }

    var now: ContinuousClock.Instant { ContinuousClock.now }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let left = sleeps.withLock { sleeps in
            sleeps -= 1
            return sleeps
        }
        if left == 0 { release() }
    }
}
