internal import CProcess
internal import Foundation

/// The C strings and arrays of one start, and the calls that start and reap a process.
@safe
struct SpawnUnsafeHandle: ~Copyable {
    private let executable: UnsafeMutablePointer<CChar>
    private let arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let argumentCount: Int
    private let environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let environmentCount: Int
    private let workingDirectory: UnsafeMutablePointer<CChar>?
    private let userName: UnsafeMutablePointer<CChar>?
    private let specification: ProcessSpecification

    init(_ specification: ProcessSpecification) {
        self.specification = specification
        unsafe executable = Self.copy(specification.executable)
        let arguments = [specification.executable] + specification.arguments
        unsafe self.arguments = Self.copy(arguments)
        argumentCount = arguments.count
        let environment = specification.environment.map { "\($0.key)=\($0.value)" }.sorted()
        unsafe self.environment = Self.copy(environment)
        environmentCount = environment.count
        unsafe workingDirectory = specification.workingDirectory.map { unsafe Self.copy($0) }
        unsafe userName = specification.account.map { unsafe Self.copy($0.name) }
    }

    deinit {
        unsafe executable.deallocate()
        unsafe Self.free(arguments, count: argumentCount)
        unsafe Self.free(environment, count: environmentCount)
        unsafe workingDirectory?.deallocate()
        unsafe userName?.deallocate()
    }

    /// Starts the process; it gets the parent's death signal when the calling thread ends.
    func start() throws(ProcessError) -> Int32 {
        var process = unsafe mneme_process(
            executable: executable,
            arguments: arguments,
            environment: environment,
            working_directory: workingDirectory,
            standard_input: specification.standardInput ?? -1,
            standard_output: Self.descriptor(specification.standardOutput, inherited: 1),
            standard_error: Self.descriptor(specification.standardError, inherited: 2),
            parent_death_signal: specification.parentDeathSignal.number,
            user_name: userName,
            user: specification.account?.user ?? 0,
            group: specification.account?.group ?? 0
        )
        var identifier: pid_t = 0
        var failed = mneme_process_step_none
        let status = unsafe mneme_process_start(&process, &identifier, &failed)
        guard status != 0 else { return identifier }
        let code: ProcessError.Code =
            switch failed {
            case mneme_process_step_execute: .notExecutable
            case mneme_process_step_working_directory: .workingDirectory
            case mneme_process_step_user, mneme_process_step_groups: .user
            default: .resources
            }
        throw ProcessError(code: code, executable: specification.executable, systemError: status)
    }

    /// Blocks until the process has ended; it stays a zombie, so that its identifier is not given to another.
    static func awaitEnd(of identifier: Int32) {
        _ = mneme_process_await(identifier)
    }

    /// Removes the ended process and says how it ended.
    static func reap(_ identifier: Int32) -> ExitReason {
        var code: Int32 = 0
        var signal: Int32 = 0
        let status = unsafe mneme_process_reap(identifier, &code, &signal)
        guard status == 0 else { return .code(-1) }
        return code >= 0 ? .code(code) : .signal(signal)
    }

    private static func descriptor(_ output: ProcessSpecification.Output, inherited: Int32) -> Int32 {
        switch output {
        case .inherited: inherited
        case .discarded: -1
        case .descriptor(let descriptor): descriptor
        }
    }

    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        let bytes = text.utf8
        let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { unsafe pointer[index] = CChar(bitPattern: byte) }
        unsafe pointer[bytes.count] = 0
        return unsafe pointer
    }

    private static func copy(_ texts: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let pointer = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { unsafe (pointer + index).initialize(to: copy(text)) }
        unsafe (pointer + texts.count).initialize(to: nil)
        return unsafe pointer
    }

    private static func free(_ pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, count: Int) {
        for index in 0..<count { unsafe pointer[index]?.deallocate() }
        unsafe pointer.deallocate()
    }
}
