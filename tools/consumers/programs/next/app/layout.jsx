// What Next.js wants around every page.

/** No icon is asked for: the server has none. */
export const metadata = { icons: { icon: "data:," } };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
