internal import CurlTransport
internal import Foundation
package import Logging
internal import MemoryEngine
internal import MemoryModel
internal import PostgresStorage

/// Looks at everything a service needs and says what is wrong and what helps: `mneme doctor`.
package struct Doctor: Sendable {
    /// What one look found.
    package struct Finding: Sendable, Hashable, Encodable {
        /// How good it is.
        package enum Verdict: String, Sendable, Hashable, Encodable {
            /// As it should be.
            case well
            /// Works, with less than there could be.
            case warning
            /// Does not work.
            case broken
        }

        /// What was looked at, such as `database`.
        package let subject: String
        /// How good it is.
        package let verdict: Verdict
        /// A sentence, with what to do where something is wrong.
        package let detail: String
    }

    private let configuration: ServiceConfiguration
    private let environment: [String: String]
    private let logger: Logger

    /// Makes a doctor.
    package init(configuration: ServiceConfiguration, environment: [String: String], logger: Logger) {
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
    }

    /// Looks at everything, in the order in which things need each other.
    package func examine() async -> [Finding] {
        [dataDirectory(), weights()] + (await database()) + [snapshots(), await service()]
    }

    private func dataDirectory() -> Finding {
        let path = configuration.dataDirectory.path
        guard FileManager.default.fileExists(atPath: path) else {
            return Finding(
                subject: "data directory",
                verdict: .warning,
                detail: "\(path) is not there yet: `mneme up` makes it"
            )
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            return Finding(subject: "data directory", verdict: .broken, detail: "this user may not write to \(path)")
        }
        return Finding(subject: "data directory", verdict: .well, detail: path)
    }

    private func weights() -> Finding {
        switch configuration.embedding.provider {
        case .none: return Finding(subject: "embedding", verdict: .warning, detail: "no provider is set: words alone")
        case .openai:
            return Finding(
                subject: "embedding",
                verdict: .well,
                detail: "OpenAI format at \(configuration.embedding.baseURL)"
            )
        case .local:
            let folder = configuration.modelFolder
            let missing = ["model.safetensors", "vocab.txt"].filter {
                !FileManager.default.isReadableFile(atPath: "\(folder)/\($0)")
            }
            return missing.isEmpty
                ? Finding(subject: "embedding", verdict: .well, detail: "local encoder, weights in \(folder)")
                : Finding(
                    subject: "embedding",
                    verdict: .warning,
                    detail:
                        "\(missing.joined(separator: ", ")) missing in \(folder): words alone; `./dev run` fetches them"
                )
        }
    }

    private func database() async -> [Finding] {
        do {
            let (access, _) = try await LocalDatabase.access(configuration: configuration, environment: environment)
            let deadline = ContinuousClock.now.advanced(by: .seconds(5))
            var findings: [Finding] = []
            for login in DatabaseLogin.allCases {
                let pool = try access.pool(of: login, logger: logger)
                try await StartupChecks.verify(pool, as: login, deadline: deadline)
                findings.append(
                    Finding(subject: login.roleName, verdict: .well, detail: "rights and schema are as they must be")
                )
                if login == .worker { findings.append(jobs(try await PostgresJobQueue(pool: pool).counts())) }
            }
            return findings
        } catch {
            return [Finding(subject: "database", verdict: .broken, detail: String(describing: error))]
        }
    }

    private func jobs(_ counts: JobCounts) -> Finding {
        Finding(
            subject: "jobs",
            verdict: counts.dead > 0 ? .warning : .well,
            detail: "\(counts.ready) waiting, \(counts.leased) at work, \(counts.dead) given up"
        )
    }

    /// Snapshots that were set aside stay on disk for people to look at.
    private func snapshots() -> Finding {
        let root = configuration.dataDirectory.file("snapshots")
        let files = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        let refused = IndexSnapshots.refused(below: root)
        guard let first = refused.first else {
            return Finding(subject: "snapshots", verdict: .well, detail: "\(files.count) files, none set aside")
        }
        return Finding(
            subject: "snapshots",
            verdict: .warning,
            detail:
                "\(refused.count) collections have snapshots that were set aside in \(root) and built again; they may be "
                + "deleted. The first is \(first.collection): \(first.reason)"
        )
    }

    private func service() async -> Finding {
        let address = "http://\(configuration.http.reachableHost):\(configuration.http.port)"
        let policy = AddressPolicy(trustedHosts: [configuration.http.reachableHost])
        let limits = TransportLimits(connectTime: .seconds(2), totalTime: .seconds(5))
        do {
            let transport = try CurlTransport(settings: TransportSettings(addresses: policy))
            let answer = try await transport.send(HTTPRequest(.get, "\(address)/readyz"), limits: limits)
            return answer.status == 200
                ? Finding(subject: "service", verdict: .well, detail: "ready at \(address)")
                : Finding(subject: "service", verdict: .broken, detail: "\(address)/readyz answers \(answer.status)")
        } catch {
            return Finding(
                subject: "service",
                verdict: .broken,
                detail: "nothing answers at \(address): start it with `mneme up`"
            )
        }
    }
}
