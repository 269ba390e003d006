internal import ArgumentParser
internal import Foundation
internal import Logging
internal import ServiceAssembly

/// `mneme doctor`: looks at everything the service needs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at everything the service needs, and say what helps.",
        discussion: "Exits with 0 where nothing is broken, and with 1 otherwise."
    )

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try await settings.configuration(environment: environment)
        let doctor = Doctor(
            configuration: configuration,
            environment: environment,
            logger: .standardError(label: "mneme", level: .error)
        )
        let findings = await doctor.examine()
        if json {
            try Printing.json(findings)
        } else {
            for finding in findings {
                let verdict = finding.verdict.rawValue
                let padding = String(repeating: " ", count: max(0, 7 - verdict.count))
                Printing.line("\(verdict)\(padding)  \(finding.subject): \(finding.detail)")
            }
        }
        if findings.contains(where: { $0.verdict == .broken }) { throw ExitCode(ServiceExit.failure) }
    }
}
