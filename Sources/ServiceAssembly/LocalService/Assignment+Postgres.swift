extension Supervisor.Assignment {
    /// The embedded Postgres, which everything else needs.
    package static func postgres(_ postgres: EmbeddedPostgres, stage: Int) -> Supervisor.Assignment {
        Supervisor.Assignment(
            member: SupervisedMember(
                name: "postgres",
                stage: stage,
                // To Postgres: interrupt = stop after closing all sessions, quit = stop without a checkpoint.
                stopSignal: .interrupt,
                urgentSignal: .quit,
                stopPatience: .seconds(60),
                reloads: true
            ),
            work: .process(
                start: { try await postgres.start() },
                isReady: { await postgres.isReady() },
                diagnosis: { postgres.startMessages() }
            )
        )
    }

    /// A command of this program that runs as a service in a process of its own.
    ///
    /// - Parameters:
    ///   - name: The name that reports use.
    ///   - stage: Its place in the order.
    ///   - specification: What to start. It is killed with its supervisor, so it has to survive that.
    ///   - isReady: Asked again and again until it says yes.
    /// - Returns: The command as a member to supervise.
    package static func program(
        name: String,
        stage: Int,
        _ specification: ProcessSpecification,
        isReady: @escaping @Sendable () async -> Bool
    ) -> Supervisor.Assignment {
        Supervisor.Assignment(
            member: SupervisedMember(name: name, stage: stage),
            work: .process(
                start: { try await ChildProcess.start(specification) },
                isReady: isReady,
                diagnosis: { nil }
            )
        )
    }
}
