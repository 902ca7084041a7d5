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

/** The text of a file, by Apache Tika. A file of a kind that no parser knows has an empty text, which is no failure. */
final class TextExtractor {
    /** An Office file that does not say of which kind it is: of one that was cut off, Tika gives an empty text and no error. */
    private static final String UNRESOLVED_OFFICE = "application/x-tika-ooxml";

    /** A part of an Office file that unpacks to more than 200 times its size is no document. */
    private static final double SMALLEST_RATIO = 0.005;

    private static final Parser PARSER = parser();

    private TextExtractor() {}

    /** A file name, if known, helps to tell one plain text format from another; `limit` in characters, -1 for none. */
    record Request(String fileName, int limit) {}

    /** The file is broken, encrypted, or more than the parser can take; the message says which, as half a sentence. */
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
        // Files inside the file (attachments of a mail, objects in a document) are read with it.
        context.set(Parser.class, PARSER);
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        // The parsers' libraries look for their parts in the thread's class loader, which is the server's.
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
        // Detectors, encoding detectors and factories are found as services, which the server's class loader does not see.
        ServiceLoader.setContextClassLoader(loader);
        Detector detector = new DefaultDetector(MimeTypes.getDefaultMimeTypes(loader), new ServiceLoader(loader));
        Parser office = new OOXMLParser();
        // Tika switches this guard off, trusting its own, which looks at the text that comes out: too late for one run of text of
        // hundreds of megabytes. After the parser's own static part, which is what switches it off.
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
