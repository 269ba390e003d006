#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// A value that many may read at once and one may change.
///
/// `@unchecked Sendable`: the lock guards every access to `value`.
final class ReadWriteLocked<Value: Sendable>: @unchecked Sendable {
    private var value: Value
    private let lock = ReadWriteLockUnsafeHandle()

    init(_ value: Value) {
        self.value = value
    }

    func read<Result>(_ body: (borrowing Value) throws -> Result) rethrows -> Result {
        lock.lockForReading()
        defer { lock.unlock() }
        return try body(value)
    }

    func write<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lockForWriting()
        defer { lock.unlock() }
        return try body(&value)
    }
}

/// The POSIX lock at a fixed address, and the only code that calls it.
///
/// Safe: it is freed once, with the handle.
@safe
private struct ReadWriteLockUnsafeHandle: ~Copyable {
    private let pointer: UnsafeMutablePointer<pthread_rwlock_t>

    init() {
        unsafe pointer = .allocate(capacity: 1)
        unsafe pointer.initialize(to: pthread_rwlock_t())
        check(unsafe pthread_rwlock_init(pointer, nil))
    }

    deinit {
        check(unsafe pthread_rwlock_destroy(pointer))
        unsafe pointer.deallocate()
    }

    func lockForReading() { check(unsafe pthread_rwlock_rdlock(pointer)) }

    func lockForWriting() { check(unsafe pthread_rwlock_wrlock(pointer)) }

    func unlock() { check(unsafe pthread_rwlock_unlock(pointer)) }

    /// The calls fail only for a lock that is not one, or a thread that locks twice: faults of this file.
    private func check(_ result: Int32) {
        precondition(result == 0, "a read-write lock was misused")
    }
}
