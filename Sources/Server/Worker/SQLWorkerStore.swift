import Offloading
import Prefork
import SQL
import Settings
import Stores

/// The tracker store of one worker in an SQL database.
struct SQLWorkerStore: Sendable {
    let trackers: SQLTrackerStore
    private let settings: SQLSettings
    private let choice: SQLConfigurationSelection

    /// Nothing is connected yet.
    init(_ settings: SQLSettings, _ choice: SQLConfigurationSelection, offload: any Offload = InlineOffload()) {
        self.settings = settings
        self.choice = choice
        trackers = SQLTrackerStore(client: SQLClient(choice.configuration(settings)), offload: offload)
    }

    /// Kind and address.
    var place: String {
        switch settings.dialect {
        case .sqlite: "SQLite in \(settings.database)"
        case .postgresql: "PostgreSQL at \(settings.host ?? "localhost"), database \(settings.database)"
        case .mysql: "MySQL at \(settings.host ?? "localhost"), database \(settings.database)"
        }
    }

    /// What to look at where the database cannot be opened; nil where that is a server and its address.
    var advice: String? {
        guard settings.dialect == .sqlite else { return nil }
        return "make the file's directory, let this user write there, or correct 'db' at \(settings.place)"
    }

    /// Connects, and makes the database (`login_db`) and the table where they are missing.
    ///
    /// - Throws: ``BootFailure`` in one line.
    func prepare() async throws(BootFailure) {
        do {
            if let login = settings.loginDatabase {
                var configuration = choice.configuration(settings)
                configuration.database = login
                configuration.schema = nil
                let client = SQLClient(configuration)
                let outcome: Result<Void, SQLError>
                do {
                    outcome = .success(try await client.createDatabase(settings.database))
                } catch {
                    outcome = .failure(error)
                }
                await client.close()
                try outcome.get()
            }
            try await trackers.prepare(schema: choice.schema)
        } catch {
            throw BootFailure("the tracker_store of the endpoints (\(settings.place)): \(error)", status: status(error))
        }
    }

    private func status(_ error: SQLError) -> Int32 {
        switch error.code {
        case .denied: ExitStatus.noPermission
        case .notBuilt: ExitStatus.configuration
        default: ExitStatus.unavailable
        }
    }
}
