#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A folder of the file system.
struct SystemFolder: SnapshotFolder {
    let path: String

    /// Names a folder and makes it where asked to.
    init(_ path: String, isCreated: Bool) throws(VectorSearchError) {
        self.path = path
        guard isCreated else { return }
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.failure("making the folder") }
    }

    func names() throws(VectorSearchError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw Self.failure("listing the folder") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { text in
                    unsafe String(cString: text)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    func create(_ name: String) throws(VectorSearchError) -> any SnapshotOutput {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = Self.opened(path + "/" + name, flags)
        guard descriptor >= 0 else { throw Self.failure("making \(name)") }
        return SystemFile(descriptor: descriptor, name: name, byteCount: 0)
    }

    func open(_ name: String) throws(VectorSearchError) -> any SnapshotInput {
        // A pipe under the name must not hold the reader up.
        let descriptor = Self.opened(path + "/" + name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            guard errno != ENOENT else { throw VectorSearchError(.snapshotMissing, "there is no \(name)") }
            throw Self.failure("opening \(name)")
        }
        let file = SystemFile(descriptor: descriptor, name: name, byteCount: 0)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.failure("reading the length of \(name)") }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size >= 0 else {
            throw VectorSearchError(.snapshotDamaged, "\(name): not a regular file")
        }
        return file.sized(Int(status.st_size))
    }

    func rename(_ name: String, to newName: String) throws(VectorSearchError) {
        #if canImport(Darwin)
        let status = unsafe Darwin.rename(path + "/" + name, path + "/" + newName)
        #elseif canImport(Musl)
        let status = unsafe Musl.rename(path + "/" + name, path + "/" + newName)
        #else
        let status = unsafe Glibc.rename(path + "/" + name, path + "/" + newName)
        #endif
        guard status == 0 else { throw Self.failure("renaming \(name)") }
    }

    func remove(_ name: String) throws(VectorSearchError) {
        guard unsafe unlink(path + "/" + name) == 0 else { throw Self.failure("removing \(name)") }
    }

    func sync() throws(VectorSearchError) {
        let descriptor = Self.opened(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("opening the folder") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.failure("making the folder's names lasting") }
    }

    private static func opened(_ path: String, _ flags: Int32) -> Int32 {
        #if canImport(Darwin)
        unsafe Darwin.open(path, flags, 0o600)
        #elseif canImport(Musl)
        unsafe Musl.open(path, flags, 0o600)
        #else
        unsafe Glibc.open(path, flags, 0o600)
        #endif
    }

    /// The error of the system call that failed just now.
    fileprivate static func failure(_ what: String) -> VectorSearchError {
        let number = errno
        return VectorSearchError(.inputOutput, "\(what) failed", systemErrorNumber: number)
    }
}

/// An open file; closed with its last reference.
private final class SystemFile: SnapshotInput, SnapshotOutput {
    private let descriptor: Int32
    private let name: String
    private(set) var byteCount: Int

    init(descriptor: Int32, name: String, byteCount: Int) {
        self.descriptor = descriptor
        self.name = name
        self.byteCount = byteCount
    }

    deinit { close(descriptor) }

    func sized(_ byteCount: Int) -> SystemFile {
        self.byteCount = byteCount
        return self
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(VectorSearchError) {
        var done = 0
        while done < bytes.count {
            let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = unsafe pwrite(descriptor, part.baseAddress, part.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemFolder.failure("writing \(name)") }
            done += count
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(VectorSearchError) {
        var done = 0
        while done < buffer.count {
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = unsafe pread(descriptor, part.baseAddress, part.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemFolder.failure("reading \(name)") }
            guard count > 0 else { throw VectorSearchError(.snapshotDamaged, "\(name): it ends early") }
            done += count
        }
    }

    func map(byteCount: Int, at offset: Int, to address: UnsafeMutableRawPointer) throws(VectorSearchError) -> Bool {
        let page = Int(getpagesize())
        guard byteCount > 0, offset % page == 0, Int(bitPattern: address) % page == 0 else { return false }
        #if os(Linux)
        let flags = MAP_PRIVATE | MAP_FIXED | MAP_POPULATE
        #else
        let flags = MAP_PRIVATE | MAP_FIXED
        #endif
        // Made writable only afterwards: populating a writable private mapping would copy every page.
        guard unsafe mmap(address, byteCount, PROT_READ, flags, descriptor, off_t(offset)) != MAP_FAILED,
            unsafe mprotect(address, byteCount, PROT_READ | PROT_WRITE) == 0
        else { throw SystemFolder.failure("mapping \(name)") }
        return true
    }

    func sync() throws(VectorSearchError) {
        guard fsync(descriptor) == 0 else { throw SystemFolder.failure("making \(name) lasting") }
    }
}
