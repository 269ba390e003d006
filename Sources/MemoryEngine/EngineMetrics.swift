internal import Metrics

/// The engine's metrics; every label has few values and none names a tenant.
enum EngineMetrics {
    /// One more of something that happened.
    static func count(_ event: Event, by amount: Int = 1) {
        guard amount > 0 else { return }
        Counter(label: "mneme_\(event.rawValue)_total").increment(by: amount)
    }

    /// A snapshot or a segment was refused.
    static func countRefusal(reason: String) {
        Counter(label: "mneme_index_snapshots_refused_total", dimensions: [("reason", reason)]).increment()
    }

    /// How long a stage took.
    static func record(stage: String, _ duration: Duration) {
        Timer(label: "mneme_context_stage_seconds", dimensions: [("stage", stage)])
            .recordNanoseconds(duration.nanoseconds)
    }

    /// A number that goes up and down.
    static func set(_ gauge: Level, to value: Int) {
        Gauge(label: "mneme_\(gauge.rawValue)").record(value)
    }

    /// What is counted.
    enum Event: String {
        case contextQueries = "context_queries"
        case degradedAnswers = "context_degraded"
        /// A row that changed between search and read: ordinary lag.
        case staleCandidates = "context_stale_candidates"
        /// A row that an index should not have named: must stay at zero.
        case isolationViolations = "isolation_violations"
        case indexLoads = "index_loads"
        case indexRebuilds = "index_rebuilds"
        case indexEvictions = "index_evictions"
        /// An index was loaded although nothing was left that could make room for it.
        case indexesOverLimit = "index_over_limit"
        case graphsBuilt = "index_graphs_built"
        case indexCompactions = "index_compactions"
        case snapshotsWritten = "index_snapshots_written"
        case snapshotFailures = "index_snapshot_failures"
        case entriesApplied = "index_entries_applied"
        case unreadableEntries = "index_entries_unreadable"
        case tracesWritten = "context_traces_written"
        case tracesDropped = "context_traces_dropped"
        case queryEmbeddingHits = "query_embedding_cache_hits"
        case queryEmbeddingMisses = "query_embedding_cache_misses"
        case jobsDone = "jobs_done"
        case jobsRetried = "jobs_retried"
        case jobsDead = "jobs_dead"
        case jobLeasesLost = "job_leases_lost"
        case textsEmbedded = "texts_embedded"
        case textsRefused = "texts_refused"
        /// Lines that audit has lost: must stay at zero.
        case auditDropped = "audit_entries_dropped"
    }

    /// What is measured.
    enum Level: String {
        case indexesLoaded = "indexes_loaded"
        case indexBytes = "index_bytes"
    }
}

extension Duration {
    /// Whole nanoseconds, for metrics.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Milliseconds with fraction, for answers.
    var milliseconds: Double { Double(nanoseconds) / 1_000_000 }
}
