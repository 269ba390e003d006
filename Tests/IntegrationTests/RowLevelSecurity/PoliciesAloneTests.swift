import Foundation
import Testing

/// Our statements name the workspace, and policies hold rows to it: here each holds alone, without the other.
///
/// The predicates in the SQL are taken out, all at once and each in turn, of every login; the other workspace stays closed. What there is to
/// be taken out is read from the sources, and what no request here comes by is printed.
struct PoliciesAloneTests {
    private static let isLong = ProcessInfo.processInfo.environment["MNEME_LONG_TESTS"] == "1"

    @Test func withoutAnyWorkspaceInTheSQLTheOtherWorkspaceStaysClosed() async throws {
        let rewriting = StatementRewriting()
        try await ServiceUnderTest.run(rewriting: rewriting.rewrite) { service, caller in
            let tenants = try await TwoTenants(service, caller)
            let before = try await service.database.rowDigests(of: tenants.theirWorkspace)
            rewriting.set(.withoutAll)
            for probe in tenants.probes() {
                try await tenants.ask(probe)
                await tenants.settle()
            }
            let count = Set(rewriting.rewritten.map(\.surroundings)).count
            rewriting.set(.noting)
            try await tenants.expectUntouched(before, "without any")
            print("policies alone: \(count) predicates at once")
        }
    }

    @Test func withoutOneWorkspaceInTheSQLTheOtherWorkspaceStaysClosed() async throws {
        let rewriting = StatementRewriting()
        try await ServiceUnderTest.run(rewriting: rewriting.rewrite) { service, caller in
            let tenants = try await TwoTenants(service, caller)
            let before = try await service.database.rowDigests(of: tenants.theirWorkspace)
            // Which predicates each request comes by, in itself and in what is done behind it.
            var users: [StatementRewriting.Predicate: [TwoTenants.Probe]] = [:]
            var behind: Set<StatementRewriting.Predicate> = []
            _ = rewriting.takeNoted()
            for probe in tenants.probes() {
                try await tenants.ask(probe)
                let asked = rewriting.takeNoted()
                await tenants.settle()
                let settled = rewriting.takeNoted()
                behind.formUnion(settled.subtracting(asked))
                for predicate in asked.union(settled) { users[predicate, default: []].append(probe) }
            }
            let missing = try PredicateCatalogue().missing(in: rewriting.seen.map(\.statement))
            for mention in missing { print("policies alone: nothing came by \(mention)") }
            var asked = 0
            for (predicate, probes) in Self.chosen(users) {
                rewriting.set(.without(predicate))
                // What a request comes by but once, others come by.
                for (number, probe) in (probes + (users[predicate] ?? [])).enumerated() {
                    guard number < probes.count || rewriting.rewritten.isEmpty else { break }
                    try await tenants.ask(probe)
                    if Self.isLong || behind.contains(predicate) { await tenants.settle() }
                    asked += 1
                }
                #expect(!rewriting.rewritten.isEmpty, "\(predicate.surroundings)")
                if Self.isLong { try await tenants.expectUntouched(before, "\(predicate)") }
            }
            rewriting.set(.noting)
            try await tenants.expectUntouched(before, "without one")
            print("policies alone: \(Self.chosen(users).count) predicates, each without; \(asked) probes")
        }
    }

    /// For each predicate the requests to make without it: the long form makes all, for each statement that has it.
    private static func chosen(
        _ users: [StatementRewriting.Predicate: [TwoTenants.Probe]]
    ) -> [(StatementRewriting.Predicate, [TwoTenants.Probe])] {
        let sorted = users.sorted { ($0.key.statement, $0.key.number) < ($1.key.statement, $1.key.number) }
        if isLong { return sorted.map { ($0.key, $0.value) } }
        var known: Set<String> = []
        return sorted.filter { known.insert($0.key.surroundings).inserted }.map { predicate, probes in
            // One that reaches for the other's, and one that gets further.
            let own = probes.filter { if case .reaching = $0.kind { false } else { true } }
            let reaching = probes.filter { if case .reaching = $0.kind { true } else { false } }
            return (predicate, Array(reaching.prefix(1) + own.prefix(1)))
        }
    }
}
