/** What keeps a form from being sent, below its fields. */
export const FieldErrors = ({ failures }: { readonly failures: readonly string[] }) => (
  <>
    {failures.map((failure) => (
      <p key={failure} class="field-error" role="alert">
        {failure}
      </p>
    ))}
  </>
);
