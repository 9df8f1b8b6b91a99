import Cryptography
import Offloading
import Prefork
import Settings
import Stores

/// The tracker store of one worker in MongoDB.
struct MongoWorkerStore: Sendable {
    let trackers: MongoTrackerStore
    private let settings: MongoSettings

    /// Nothing is connected yet.
    init(_ settings: MongoSettings, offload: any Offload = InlineOffload()) {
        self.settings = settings
        var configuration = MongoConfiguration(url: settings.url.revealed)
        configuration.database = settings.database
        configuration.collection = settings.collection
        configuration.username = settings.username
        configuration.password = settings.password?.revealed
        configuration.authSource = settings.authSource
        trackers = MongoTrackerStore(configuration, offload: offload)
    }

    /// Kind and address.
    var place: String { "MongoDB at \(settings.hosts), database \(settings.database)" }

    /// Connects, and makes the index where it is missing.
    ///
    /// - Throws: ``BootFailure`` in one line.
    func prepare() async throws(BootFailure) {
        do throws(MongoError) {
            try await trackers.prepare()
        } catch {
            throw BootFailure("the tracker_store of the endpoints (\(place)): \(error)", status: status(error))
        }
    }

    private func status(_ error: MongoError) -> Int32 {
        switch error.code {
        case .denied: ExitStatus.noPermission
        case .notBuilt, .badAddress: ExitStatus.configuration
        default: ExitStatus.unavailable
        }
    }
}
