import EventLoops
import ExactText
import Glibc
import HTTPServer
import Logging
import ModelArchive
import ModelSources
import NLU
package import Prefork
import System

/// What the loader child does: it obtains an archive and makes the prepared model that every worker maps.
package struct Loader: Sendable {
    let settings: RunSettings
    let directory: TemporaryDirectory
    let logger: Logger

    /// - Throws: ``BootFailure`` that names the source and its fault.
    func load(_ request: LoadRequest) throws(BootFailure) -> Loaded {
        directory.deleteUnfinished()
        let origin = try ModelSourceSelection(request.source, settings)
        do throws(BootFailure) {
            switch origin {
            case .nothing: return Loaded("")
            case .archive(let path): return Loaded(try Self.prepare(path, in: directory))
            case .remote(let remote): return try load(remote, request)
            }
        } catch {
            guard request.source == nil, !request.isRefresh, !request.isReload || request.active.isEmpty,
                case .remote(let remote) = origin,
                settings.hasAPI || remote.timeBetweenPulls != nil
            else { throw error }
            logger.warning("Starting without a model", metadata: ["reason": "\(error)"])
            return Loaded("", refreshAfter: remote.timeBetweenPulls)
        }
    }

    private func load(_ remote: RemoteModel, _ request: LoadRequest) throws(BootFailure) -> Loaded {
        let memoryFile = "\(directory.path)/pulled.json"
        var memory = request.isRefresh ? PullMemory(path: memoryFile) : nil
        if memory?.source.exact != remote.name.exact { memory = nil }
        let isSettled = memory?.isSettled(active: request.active) ?? false
        let nothingNew = Loaded(request.active, refreshAfter: remote.timeBetweenPulls)
        let file = "\(directory.path)/\(TemporaryDirectory.download)\(getpid())"
        defer { Directory.delete(file) }
        let outcome = try fetch(remote, into: file, unless: isSettled ? memory?.validator : nil)
        guard case .fetched(let archive) = outcome else { return nothingNew }
        let isSame = memory?.digest == archive.digest
        if isSame && isSettled { return nothingNew }
        let failures = 1 + (isSame ? memory?.failures ?? 0 : 0)
        do throws(BootFailure) {
            let place = try Self.prepare(file, named: archive.name, from: remote.name, in: directory)
            PullMemory(archive, from: remote.name, loaded: place, failures: failures).write(path: memoryFile)
            return Loaded(place, refreshAfter: remote.timeBetweenPulls)
        } catch {
            PullMemory(archive, from: remote.name, loaded: "", failures: failures).write(path: memoryFile)
            throw error
        }
    }

    private func fetch(
        _ remote: RemoteModel, into file: String, unless validator: String?
    ) throws(BootFailure) -> FetchOutcome {
        let result = LoopRun.wait { executor async -> Result<FetchOutcome, ModelSourceError> in
            do throws(ModelSourceError) {
                return .success(try await remote.fetch(into: file, unless: validator, on: executor.loop))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let outcome): return outcome
        case .failure(let error): throw BootFailure("\(error)", status: error.exitStatus)
        }
    }

    /// - Parameters:
    ///   - name: What people call the archive; nil for its file's name.
    ///   - source: Where it came from; nil for this machine.
    /// - Returns: The directory of the prepared model.
    package static func prepare(
        _ archive: String, named name: String? = nil, from source: String? = nil, in directory: TemporaryDirectory
    ) throws(BootFailure) -> String {
        let place = "\(directory.path)/model-\(getpid())"
        do {
            try ModelPreparer(fittings: [CRFTraining()]).prepare(archive: archive, named: name, into: place)
            return place
        } catch {
            let what = source.map { "the model of \($0)" } ?? "the model '\(archive)'"
            throw BootFailure("\(what) cannot be loaded: \(error)", status: ExitStatus.data)
        }
    }
}

extension ModelSourceError {
    /// The status for a program that ends because of the error.
    package var exitStatus: Int32 {
        switch code {
        case .badConfiguration: ExitStatus.configuration
        case .unavailable, .missing, .refused: ExitStatus.noInput
        case .tooLarge: ExitStatus.data
        case .notWritten: ExitStatus.system
        }
    }
}
