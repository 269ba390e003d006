import AccessControl
import AccessControlTestSupport
import Foundation
import HummingbirdTesting
import MemoryAPI
import MemoryAPITestSupport
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import PostgresDriver
import PostgresStorage
import ServiceAssembly
import Testing

/// What tokens, isolation, limits and metering cost a context query: the same service with and without them, by turns.
///
/// With: a JWT of a person, policies, three buckets of requests, prices, spending counted. Without: an API key, as an
/// administrator whom no policy binds, and nothing counted.
///
/// Measured, and only with MNEME_LONG_TESTS; the short form shows that both answer alike.
@Suite struct LimitCostTests {
    /// One way to compose the service over the same database.
    private struct Variant: Sendable {
        let name: String
        let composition: APIComposition
        let credential: String
    }

    @Test func limitsAndPoliciesCostAContextQueryLittle() async throws {
        let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"
        try await ServiceUnderTest.run { service, caller in
            let agent = try await caller.post("/v1/agents", #"{"name":"scout"}"#).string("id")
            let items = (0..<(isLong ? 2000 : 20)).map {
                #"{"agent_id":"\#(agent)","content":"Note \#($0): shelf \#($0 % 97) holds jar \#($0 % 31)"}"#
            }
            for start in stride(from: 0, to: items.count, by: 500) {
                let batch = items[start..<min(start + 500, items.count)].joined(separator: ",")
                _ = try await caller.post("/v1/items/batch", "{\"items\":[\(batch)]}")
            }
            await service.work()
            let admins = try PostgresPool(
                configuration: PostgresPoolConfiguration(
                    connection: PostgresConfiguration(connectionString: try service.database.admin.connectionString)
                ),
                logger: TestCluster.shared.logger
            )
            let maker = try TokenMaker()
            _ = try await caller.post("/v1/users", #"{"name":"Ada","external_id":"ada","role":"admin"}"#)
            let workspace = try #require(Identifier<Workspace>(try await caller.get("/v1/workspace").string("id")))
            let claims = TokenMaker.claims(workspace, "ada", at: service.database.clock.now)
            let keys = ScriptedKeySet(try maker.keySet())
            let variants = [
                Variant(
                    name: "with",
                    composition: try await service.composed(pool: service.database.app, tokens: keys),
                    credential: try maker.token(claims)
                ),
                Variant(
                    name: "without",
                    composition: try await service.composed(pool: admins, tokens: nil),
                    credential: service.admin
                ),
            ]
            var medians: [String: Double] = [:]
            var times: [String: [Double]] = [:]
            for round in 0..<(isLong ? 12 : 1) {
                for variant in round.isMultiple(of: 2) ? variants : variants.reversed() {
                    let measured = try await variant.composition.api.application().test(.router) { client in
                        let asking = Caller(client: client, key: variant.credential)
                        return try await Self.ask(isLong ? 150 : 3, agent, asking, round)
                    }
                    times[variant.name, default: []] += measured
                    await variant.composition.services.contexts.flush()
                    await variant.composition.services.reads?.flush()
                }
            }
            for (name, values) in times { medians[name] = values.sorted()[values.count / 2] }
            await admins.shutDown(deadline: .now + .seconds(5))
            let with = try #require(medians["with"])
            let without = try #require(medians["without"])
            guard isLong else { return }
            print("context query p50: with \(with) ms, without \(without) ms, ratio \(with / without)")
        }
    }

    /// Asks, and returns the milliseconds that each answer took.
    private static func ask(_ count: Int, _ agent: String, _ caller: Caller, _ round: Int) async throws -> [Double] {
        var times: [Double] = []
        for number in 0..<count {
            let body = #"{"agent_id":"\#(agent)","query":"which jar is on shelf \#((number * 7 + round) % 97)"}"#
            let start = ContinuousClock.now
            let answer = try await caller.post("/v1/context", body)
            let (seconds, fraction) = (ContinuousClock.now - start).components
            #expect(!answer["entries"].elements.isEmpty)
            // The first few load the index.
            if number >= count / 5 { times.append(Double(seconds) * 1000 + Double(fraction) * 1e-15) }
        }
        return times
    }
}

extension ServiceUnderTest {
    /// The same service over another pool, with tokens, rates, prices and metering, or without any.
    fileprivate func composed(pool: PostgresPool, tokens: ScriptedKeySet?) async throws -> APIComposition {
        var arguments = ["dataDir": folder, "embedding.queryPatience": "5s"]
        let isLimited = tokens != nil
        if isLimited {
            arguments["jwt.issuer"] = TokenMaker.issuer
            arguments["jwt.audience"] = TokenMaker.audience
            arguments["jwt.keySet"] = "keys.json"
            arguments["limits.user"] = "requests=1000000 requests.context=1000000"
            arguments["limits.key"] = "requests=1000000 requests.context=1000000"
            arguments["limits.tiers.enterprise"] = "tokens_per_day=1000000000 items=1000000 requests=1000000"
            arguments["usage.prices"] = "test/hashing=0.02"
        } else {
            arguments["limits.user"] = "requests=unlimited"
        }
        let sources = try await ConfigurationSources(arguments: arguments, environment: [:])
        let configuration = try await ServiceConfiguration(config: sources.reader)
        let store = try await PostgresMemoryStore.open(
            pool: pool,
            clock: database.clock,
            identifiers: database.identifiers,
            tiers: configuration.limits.tiers
        )
        return try APIComposition(
            ports: APIComposition.Ports(
                store: store,
                feed: database.feed,
                credentials: PostgresCredentialStore(pool: pool),
                rateLimits: isLimited ? PostgresRateLimitStore(pool: pool) : nil,
                embedding: EmbeddingAssembly(provider: embedder),
                erasures: PostgresErasureFeed(pool: pool),
                keySet: tokens,
                clock: database.clock,
                identifiers: database.identifiers
            ),
            configuration: configuration,
            secrets: try ServiceSecrets.open(in: DataDirectory(path: folder), setting: nil),
            node: try NodeIdentity.open(in: DataDirectory(path: folder), identifiers: database.identifiers),
            readiness: [],
            metrics: PrometheusMetrics(),
            logger: TestCluster.shared.logger
        )
    }
}
