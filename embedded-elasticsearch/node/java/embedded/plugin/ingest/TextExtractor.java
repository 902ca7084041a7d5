package embedded.plugin.ingest;


import org.apache.poi.openxml4j.util.ZipSecureFile;
import org.apache.tika.config.ServiceLoader;
import org.apache.tika.detect.DefaultDetector;
import org.apache.tika.detect.Detector;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.exception.ZeroByteFileException;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MimeTypes;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.csv.TextAndCSVParser;
import org.apache.tika.parser.html.JSoupParser;
import org.apache.tika.parser.mail.RFC822Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OldExcelParser;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.apache.tika.parser.odf.OpenDocumentParser;
import org.apache.tika.parser.pdf.PDFParser;
import org.apache.tika.parser.txt.TXTParser;
import org.apache.tika.parser.xml.DcXMLParser;
import org.apache.tika.sax.BodyContentHandler;

/** Extracts the text of a file with Apache Tika. If no parser supports the file, the text is empty; this is not an error. */
final class TextExtractor {
    /** The type of an Office file that Tika cannot resolve. For a truncated file, Tika returns an empty text and no error. */
    private static final String UNRESOLVED_OFFICE = "application/x-tika-ooxml";

    /** Rejects parts of Office files that unpack to more than 200 times their size (zip bombs). */
    private static final double SMALLEST_RATIO = 0.005;

    private static final Parser PARSER = parser();

    private TextExtractor() {}

    /** The file name, if known, helps to distinguish plain text formats. `limit` is in characters; -1 means no limit. */
    record Request(String fileName, int limit) {}

    /** The file is corrupt, encrypted, or too large for the parser. The message completes a sentence with the reason. */
    static final class UnreadableFileException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableFileException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static String extract(byte[] file, Request request, Metadata metadata) throws UnreadableFileException {
        if (request.fileName() != null) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, request.fileName());
        }
        BodyContentHandler text = new BodyContentHandler(request.limit());
        ParseContext context = new ParseContext();
        // Also parses embedded files, such as attachments of an e-mail or objects in a document.
        context.set(Parser.class, PARSER);
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        // The libraries load classes with the thread's class loader, which is the server's and does not find them.
        thread.setContextClassLoader(TextExtractor.class.getClassLoader());
        try (TikaInputStream input = TikaInputStream.get(file)) {
            PARSER.parse(input, text, metadata, context);
        } catch (ZeroByteFileException empty) {
            return "";
        } catch (EncryptedDocumentException encrypted) {
            throw new UnreadableFileException("the file is encrypted", encrypted);
        } catch (Exception | LinkageError | StackOverflowError failure) {
            if (WriteLimitReachedException.isWriteLimitReached(failure) == false) {
                throw new UnreadableFileException(reason(failure, metadata), failure);
            }
        } finally {
            thread.setContextClassLoader(loader);
        }
        String found = text.toString().strip();
        if (found.isEmpty() && UNRESOLVED_OFFICE.equals(metadata.get(Metadata.CONTENT_TYPE))) {
            throw new UnreadableFileException("the file is broken: it begins as an Office document and is not a whole one", null);
        }
        return found;
    }

    private static String reason(Throwable failure, Metadata metadata) {
        Throwable innermost = failure;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        String type = metadata.get(Metadata.CONTENT_TYPE);
        String detail = innermost.getMessage() == null ? innermost.getClass().getSimpleName() : innermost.getMessage();
        return "the file is broken or not a valid " + (type == null ? "document" : type) + " (" + detail + ")";
    }

    private static Parser parser() {
        ClassLoader loader = TextExtractor.class.getClassLoader();
        // Tika loads detectors and factories as services, which the server's class loader does not find.
        ServiceLoader.setContextClassLoader(loader);
        Detector detector = new DefaultDetector(MimeTypes.getDefaultMimeTypes(loader), new ServiceLoader(loader));
        Parser office = new OOXMLParser();
        // Tika disables this check in a static initializer and checks the extracted text instead. That is too late for a single run of
        // hundreds of megabytes, so the check is enabled again after the initializer has run.
        ZipSecureFile.setMinInflateRatio(SMALLEST_RATIO);
        return new AutoDetectParser(
            detector,
            new JSoupParser(),
            new PDFParser(),
            new OfficeParser(),
            new OldExcelParser(),
            office,
            new OpenDocumentParser(),
            new RTFParser(),
            new TXTParser(),
            new TextAndCSVParser(),
            new DcXMLParser(),
            new RFC822Parser()
        );
    }
}
