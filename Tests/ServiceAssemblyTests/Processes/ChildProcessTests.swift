import ServiceAssembly
import Testing

struct ChildProcessTests {
    private static func shell(_ script: String, environment: [String: String] = [:]) -> ProcessSpecification {
        ProcessSpecification(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given }
        )
    }

    @Test func anExitCodeIsReported() async throws {
        let child = try await ChildProcess.start(Self.shell("exit 7"))
        #expect(await child.exit() == .code(7))
        #expect(await child.exit() == .code(7))
        #expect(child.hasEnded)
    }

    @Test func anEndBySignalIsReported() async throws {
        let child = try await ChildProcess.start(Self.shell("exec sleep 600"))
        child.send(.terminate)
        #expect(await child.exit() == .signal(ProcessSignal.terminate.number))
        // Nobody is hit any more.
        child.send(.kill)
        child.killGroup()
    }

    @Test func killingTheGroupEndsGrandchildrenToo() async throws {
        // The pipe ends only when all that hold it have ended.
        let output = try await ProcessOutput.run(Self.shell("sleep 600 & echo $!; kill -9 0"))
        #expect(output.exit == .signal(ProcessSignal.kill.number))
        #expect(Int32(output.text.dropLast()) != nil)
    }

    @Test func outputAndEnvironmentArriveWhole() async throws {
        let value = String(repeating: "ä=\n", count: 20_000)
        let output = try await ProcessOutput.run(
            Self.shell("printf %s \"$TEXT\"; echo done >&2", environment: ["TEXT": value])
        )
        #expect(output.text == value + "done\n")
        #expect(output.exit.isSuccess)
    }

    @Test func onlyTheGivenEnvironmentIsSeen() async throws {
        let specification = ProcessSpecification(executable: "/usr/bin/env", arguments: [], environment: ["A": "1"])
        #expect(try await ProcessOutput.run(specification).text == "A=1\n")
    }

    @Test func noOtherDescriptorIsInherited() async throws {
        let output = try await ProcessOutput.run(Self.shell("ls /proc/self/fd | wc -l"))
        // The three standard ones and that of the folder being listed.
        #expect(output.text.split(separator: "\n").first?.filter(\.isNumber) == "4")
    }

    @Test func aProcessReadsNothingUnlessGivenSomething() async throws {
        #expect(try await ProcessOutput.run(Self.shell("wc -c")).text.filter(\.isNumber) == "0")
    }

    @Test func theWorkingDirectoryIsTheGivenOne() async throws {
        var specification = Self.shell("pwd")
        specification.workingDirectory = "/usr"
        #expect(try await ProcessOutput.run(specification).text == "/usr\n")
    }

    @Test func aMissingProgramIsAnErrorOfTheStart() async throws {
        let specification = ProcessSpecification(executable: "/nonexistent/program", arguments: [], environment: [:])
        let error = await #expect(throws: ProcessError.self) { try await ChildProcess.start(specification) }
        #expect(error?.code == .notExecutable)
    }

    @Test func aMissingWorkingDirectoryIsAnErrorOfTheStart() async throws {
        var specification = Self.shell("exit 0")
        specification.workingDirectory = "/nonexistent"
        let error = await #expect(throws: ProcessError.self) { try await ChildProcess.start(specification) }
        #expect(error?.code == .workingDirectory)
    }

    @Test func manyProcessesEndIndependently() async throws {
        let codes = try await withThrowingTaskGroup(of: (Int32, ExitReason).self) { group in
            for code in Int32(0)..<40 {
                group.addTask { (code, try await ChildProcess.start(Self.shell("exit \(code)")).exit()) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for code in Int32(0)..<40 { #expect(codes[code] == .code(code)) }
    }
}
