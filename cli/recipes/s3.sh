#!/bin/sh
# s3.sh FILE N BUCKET KEY [OPTION…]: compresses FILE in N parts, one after the other, and uploads each as
# one part of the object KEY; several machines can make and upload their parts in the same way at once.
# The object is a file of N streams, in the order of the parts, and restores to FILE. S3 wants 5 MiB at
# least of every part but the last and takes 10,000 parts; with smaller ones completing the upload fails.
# AWS_ENDPOINT names another store than Amazon's. What fails leaves no upload behind.
set -eu
file=$1 parts=$2 bucket=$3 key=$4
shift 4
s3() { aws ${AWS_ENDPOINT:+--endpoint-url "$AWS_ENDPOINT"} s3api "$@" --bucket "$bucket" --key "$key"; }
folder=$(mktemp -d)
upload=$(s3 create-multipart-upload --query UploadId --output text)
trap 'rm -rf "$folder"; [ -z "$upload" ] || s3 abort-multipart-upload --upload-id "$upload"' EXIT
one=1
while [ "$one" -le "$parts" ]; do
  sigma-par "$@" --shard "$one/$parts" "$file" -o "$folder/part"
  etag=$(s3 upload-part --upload-id "$upload" --part-number "$one" --body "$folder/part" \
    --query ETag --output text)
  printf '%s{"PartNumber":%s,"ETag":%s}' "${list:+,}" "$one" "$etag" >>"$folder/list"
  list=begun
  rm "$folder/part"
  one=$((one + 1))
done
s3 complete-multipart-upload --upload-id "$upload" \
  --multipart-upload "{\"Parts\":[$(cat "$folder/list")]}" >/dev/null
upload=
